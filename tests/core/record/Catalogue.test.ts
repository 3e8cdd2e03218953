import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { Catalogue } from "../../../core/record/Catalogue.ts"
import { StoreRoot } from "../../../core/store/StoreRoot.ts"
import { temporaryFolder } from "./sample-run.ts"

/** Opens the catalogue of a store anew, as another process would. */
const inCatalogue = <A, E>(folder: string, use: (catalogue: Catalogue["Service"]) => Effect.Effect<A, E>) =>
  Effect.provide(Effect.flatMap(Catalogue, use), Catalogue.layer.pipe(Layer.provide(StoreRoot.layer(folder))), {
    local: true
  })

const pin = (name: string) => (catalogue: Catalogue["Service"]) =>
  catalogue.update((data) => ({ ...data, pins: { ...data.pins, [name]: `run ${name}` } }))

const read = (catalogue: Catalogue["Service"]) => catalogue.read

describe("Catalogue", () => {
  it.live("is empty in a new store, and is not written by reading", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      assert.deepStrictEqual(yield* inCatalogue(folder, read), { version: 1, pipelines: {}, pins: {} })
      assert.notInclude(readdirSync(folder), "catalogue.json")
    })
  )

  it.live("keeps a change as JSON that a person can edit, and takes what they wrote", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const file = join(folder, "catalogue.json")
      const entry = { file: "ntk-study.yaml", latestRun: "2026-11-24T10-30-12-brave-euler" }
      yield* inCatalogue(folder, ({ update }) => update((data) => ({ ...data, pipelines: { "ntk-study": entry } })))
      const expected = { version: 1, pipelines: { "ntk-study": entry }, pins: {} }
      assert.deepStrictEqual(JSON.parse(readFileSync(file, "utf8")), expected)
      assert.isAbove(readFileSync(file, "utf8").split("\n").length, 5)
      writeFileSync(file, JSON.stringify({ ...expected, pins: { paper: entry.latestRun } }))
      yield* inCatalogue(folder, pin("draft"))
      assert.deepStrictEqual((yield* inCatalogue(folder, read)).pins, { paper: entry.latestRun, draft: "run draft" })
    })
  )

  it.live("loses no change when many are made at once through several openings, and leaves no temporary file", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const names = Array.from({ length: 12 }, (_, index) => `${index}`)
      yield* inCatalogue(folder, read)
      yield* Effect.forEach(names, (name) => inCatalogue(folder, pin(name)), { concurrency: "unbounded" })
      assert.deepStrictEqual(
        (yield* inCatalogue(folder, read)).pins,
        Object.fromEntries(names.map((name) => [name, `run ${name}`]))
      )
      assert.deepStrictEqual(
        readdirSync(folder).filter((name) => name.includes("catalogue") && name !== "catalogue.json"),
        []
      )
    })
  )

  it.live("starts each store empty, whatever another holds", () =>
    Effect.gen(function* () {
      yield* inCatalogue(yield* temporaryFolder, pin("a"))
      assert.deepStrictEqual((yield* inCatalogue(yield* temporaryFolder, read)).pins, {})
    })
  )

  it.live("says so too of JSON that is no catalogue", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      yield* inCatalogue(folder, read)
      for (const text of ["[]", "7", '{"version":1}', '{"version":1,"pipelines":[],"pins":{}}']) {
        writeFileSync(join(folder, "catalogue.json"), text)
        const error = yield* Effect.flip(inCatalogue<unknown, unknown>(folder, pin("a")))
        assert.include(String(error), "it is no map with pipelines and pins; mend it by hand", text)
        assert.strictEqual(readFileSync(join(folder, "catalogue.json"), "utf8"), text)
      }
    })
  )

  it.live("says that it cannot read a file that is no JSON, and does not overwrite it", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const file = join(folder, "catalogue.json")
      yield* inCatalogue(folder, read)
      writeFileSync(file, "{ half")
      for (const use of [read, pin("a")] as const) {
        const error = yield* Effect.flip(inCatalogue<unknown, unknown>(folder, use))
        assert.match(
          String(error),
          /^StoreUnavailable: cannot read \S+catalogue\.json: .+; mend it by hand, or delete it/u
        )
      }
      assert.strictEqual(readFileSync(file, "utf8"), "{ half")
    })
  )
})
