import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { build } from "../../../core/code/build-code.ts"
import { declarationPlaces } from "../../../core/code/declaration-places.ts"
import { CONTRACT, makeFolder, stageAround } from "./stage-project.ts"

const FILES = {
  "stage.ts": stageAround(
    'import { make, Box, LIMIT } from "./one.ts"\nimport { make as other } from "./two.ts"\nimport table from "./table.json"',
    "() => [make(), other(), new Box(), LIMIT, table]"
  ),
  "one.ts": "// first\nexport const make = () => 1\n\nexport class Box {}\n  export const LIMIT = 3",
  "two.ts": "export function make() { return 2 }",
  "table.json": "[1, 2]"
}

describe("declarationPlaces", () => {
  it.effect("finds in a stored bundle where each declaration was written", () =>
    Effect.gen(function* () {
      const file = join(makeFolder(FILES), "stage.ts")
      const { code, parts } = yield* build(file, CONTRACT)
      const places = declarationPlaces(code, { file }, CONTRACT)
      const found = (title: string) => {
        const place = places.get(title)
        return place && `${place.file.slice(place.file.lastIndexOf("/") + 1)}:${place.line}:${place.column}`
      }
      assert.strictEqual(found("class Box"), "one.ts:4:14")
      assert.strictEqual(found("constant LIMIT"), "one.ts:5:16")
      assert.strictEqual(found("function make (one.ts)"), "one.ts:2:14")
      assert.strictEqual(found("function make (two.ts)"), "two.ts:1:17")
      assert.strictEqual(found("function compute"), "stage.ts:7:7")
      assert.match(found("default export") ?? "", /^stage\.ts:9:\d+$/u)
      assert.match(found("data file table.json") ?? "", /^table\.json:1:\d+$/u)
      const lost = Object.keys(parts.declarations).filter((title) => !places.has(title))
      assert.deepStrictEqual(lost, [])
    })
  )

  it("knows nothing of code without a map", () => {
    assert.strictEqual(declarationPlaces("export default () => {\nreturn x\n}\n", { file: "x.ts" }, CONTRACT).size, 0)
  })
})
