import { mkdirSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { PlanSource } from "../../../core/plan/Plan.ts"
import { sourceArtifacts } from "../../../core/run/source-artifacts.ts"
import { ArtifactStore } from "../../../core/store/ArtifactStore.ts"
import { inStore, temporaryFolder } from "../store/sample-store.ts"
import { sketched } from "./sketched-plan.ts"

type Source = Pick<PlanSource, "name" | "path" | "kind">

/** The artifacts of sources, all read by one task unless `read` says which, beside files in the pipeline's folder. */
const artifactsOf = (
  files: { readonly [file: string]: string },
  sources: ReadonlyArray<Source>,
  read = sources.map(({ name }) => name)
) =>
  Effect.gen(function* () {
    const folder = yield* temporaryFolder
    const file = join(folder, "p.yaml")
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), text)
    }
    const placed = sources.map((source, index) => ({
      ...source,
      span: { file, line: index + 3, column: 5, length: 1 }
    }))
    const plan = { ...sketched([{ id: "a", needs: read.map((name) => `sources.${name}`) }], placed), file }
    return yield* inStore(
      join(folder, "store"),
      Effect.gen(function* () {
        const store = yield* ArtifactStore
        const artifacts = yield* sourceArtifacts(plan)
        const opened = yield* Effect.forEach(artifacts, (artifact) =>
          artifact === undefined ? Effect.undefined : store.open(artifact)
        )
        return { artifacts, opened }
      })
    )
  })

const JSON_SOURCE = { name: "points", path: "data/p.json", kind: "Json" } as const

describe("sourceArtifacts", () => {
  it.live("finds files from the folder of the pipeline file and stores them in the form of their kind", () =>
    Effect.gen(function* () {
      const { artifacts, opened } = yield* artifactsOf({ "data/p.json": ' {"b": 1.0,\n"a": [2]}' }, [JSON_SOURCE])
      assert.strictEqual(artifacts[0]?.kind, "Json")
      const bytes = opened[0]?.[0]?.bytes ?? new Uint8Array()
      assert.deepStrictEqual(JSON.parse(Buffer.from(bytes).toString()), { a: [2], b: 1 })
    })
  )

  it.live("gives equal content one digest, whatever its file is called and however it is spelled", () =>
    Effect.gen(function* () {
      const tensor = (path: string) => ({ name: path.slice(0, 1), path, kind: "Tensor" }) as const
      const { artifacts } = yield* artifactsOf({ "a.json": "[1, 2]", "b.json": "[1.0,2]\n", "d.json": "[1, 3]" }, [
        tensor("a.json"),
        tensor("b.json"),
        tensor("d.json")
      ])
      const digests = artifacts.map((artifact) => artifact?.digest)
      assert.strictEqual(digests[0], digests[1])
      assert.notStrictEqual(digests[0], digests[2])
    })
  )

  it.live("takes a folder with all files below it, by name and content", () =>
    Effect.gen(function* () {
      const folder = { name: "photos", path: "photos", kind: "Directory" } as const
      const digestOf = (files: { readonly [file: string]: string }) =>
        Effect.map(artifactsOf(files, [folder]), ({ artifacts }) => artifacts[0]?.digest)
      const files = { "photos/one.txt": "1", "photos/deep/two.txt": "2" }
      const { opened } = yield* artifactsOf(files, [folder])
      assert.deepStrictEqual(opened[0]?.map(({ path }) => path).sort(), ["deep/two.txt", "one.txt"])
      const digests = [
        yield* digestOf(files),
        yield* digestOf({ ...files, "photos/one.txt": "3" }),
        yield* digestOf({ "photos/one.txt": "1", "photos/deep/three.txt": "2" }),
        yield* digestOf({ ...files, "photos/three.txt": "" })
      ]
      assert.strictEqual(new Set(digests).size, 4)
      assert.strictEqual(yield* digestOf({ ...files, "beside.txt": "x" }), digests[0])
    })
  )

  it.live("does not read what no task reads", () =>
    Effect.gen(function* () {
      const missing = { name: "gone", path: "gone.json", kind: "Json" } as const
      const { artifacts } = yield* artifactsOf({ "data/p.json": "1" }, [missing, JSON_SOURCE], ["points"])
      assert.strictEqual(artifacts[0], undefined)
      assert.isDefined(artifacts[1])
    })
  )

  it.live.each([
    ["is missing", {}, "there is no such file"],
    ["is not of its kind", { "data/p.json": "[1" }, "data/p.json"],
    ["is a folder", { "data/p.json/x": "" }, "it is a folder, not a file"]
  ] as const)("points at the entry of a file that %s", ([, files, words]) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(artifactsOf(files, [{ ...JSON_SOURCE, name: "first" }, JSON_SOURCE], ["points"]))
      assert(error._tag === "PipelineInvalid")
      const [diagnostic] = error.diagnostics
      assert.strictEqual(diagnostic?.span.line, 4)
      assert.include(diagnostic?.message, 'source "points": ')
      assert.include(diagnostic?.message, words)
    })
  )
})
