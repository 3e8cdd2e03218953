/** Reads, checks and plans a pipeline file as `validate` and `plan` do, in this process. */
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { Effect, Layer, ManagedRuntime } from "effect"
import { afterAll, vi } from "vitest"
import { registry } from "../../bin/registry.ts"
import { problemsOf } from "../../core/cli/validate.ts"
import { codeError } from "../../core/code/CodeError.ts"
import { CommandCode } from "../../core/code/CommandCode.ts"
import { StageCode } from "../../core/code/StageCode.ts"
import { Host } from "../../core/run/Host.ts"
import { Registry } from "../../core/stage/Registry.ts"
import * as Digest from "../../core/store/Digest.ts"
import { ObjectStore } from "../../core/store/ObjectStore.ts"
import { StoreRoot } from "../../core/store/StoreRoot.ts"
import { SOME_HOST } from "../some-host.ts"

// Stage types are taken from their sources: to bundle them is not what is looked at.
vi.mock("../../core/code/import-stage.ts", () => ({
  importStage: ({ file }: { readonly file: string }) =>
    Effect.promise(async () => ((await import(/* @vite-ignore */ file)) as { readonly default: unknown }).default)
}))

const ROOT = fileURLToPath(new URL("../..", import.meta.url)).replace(/[/\\]$/u, "")

const stageCode = Layer.succeed(StageCode, {
  looks: () => new Map(),
  load: (file) => {
    if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) return codeError(file, `there is no file ${file}`)
    const digest = Digest.ofBytes(Buffer.from(file))
    const parts = { declarations: { main: digest }, packages: {} }
    return Effect.succeed({ file, identity: digest, parts, bundle: digest, bundleFile: file })
  }
})

const STORE = mkdtempSync(join(tmpdir(), "athanor-fuzz-store-"))

const runtime = ManagedRuntime.make(
  Layer.mergeAll(
    CommandCode.layer,
    stageCode,
    Layer.succeed(Registry, { files: registry(ROOT) }),
    Layer.succeed(Host, SOME_HOST)
  ).pipe(Layer.provide(ObjectStore.layer), Layer.provide(StoreRoot.layer(STORE, { access: "optional" })))
)

afterAll(async () => {
  await runtime.dispose()
  rmSync(STORE, { recursive: true, force: true })
})

/** The complaints about a file with this text, none for a good one. Rejects where anything else comes of it. */
export const problemsWith = (file: string, text: string) => {
  writeFileSync(file, text)
  return runtime.runPromise(problemsOf(file))
}
