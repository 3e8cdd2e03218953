/** A store in a temporary folder, and action records to put in it. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect, type Layer, type Scope } from "effect"
import type { ActionRecord } from "../../../core/store/ActionRecord.ts"
import * as Digest from "../../../core/store/Digest.ts"
import * as Store from "../../../core/store/Store.ts"
import type { StoreOptions } from "../../../core/store/StoreRoot.ts"

/** A folder that is removed when the scope closes. */
export const temporaryFolder: Effect.Effect<string, never, Scope.Scope> = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "athanor-store-"))),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
)

type Services = Layer.Success<ReturnType<typeof Store.layer>>

/** Opens the store of a folder, runs an effect with it, and closes it again, as one process would. */
export const inStore = <A, E>(folder: string, effect: Effect.Effect<A, E, Services>, options: StoreOptions = {}) =>
  Effect.provide(effect, Store.layer(folder, options), { local: true })

/** The digest of a text. */
export const digest = (text: string): Digest.Digest => Digest.ofBytes(Buffer.from(text))

/** A record of a task without outputs; `task` tells one from another. */
export const record = (key: string, task: string, more: Partial<ActionRecord> = {}): ActionRecord => ({
  format: 1,
  key: digest(key),
  parts: {
    format: 1,
    stageType: "data/circle",
    code: digest("code"),
    params: {},
    inputs: {},
    outputs: {},
    device: "cpu",
    environment: {}
  },
  codeParts: { declarations: {}, packages: {} },
  outputs: {},
  metrics: {},
  logs: [],
  startedAt: 1,
  durationMillis: 1,
  cpuMillis: 0,
  peakMemory: 0,
  runId: "run",
  task,
  attempt: 1,
  traceId: "0".repeat(32),
  spanId: "0".repeat(16),
  ...more
})
