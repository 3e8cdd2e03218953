import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { buildStage, type Files, stageAround } from "./stage-project.ts"

const HELPER = `import { Data, Effect, Schema } from "effect"

export const SCALE = 2
const table = (() => {
  const values = new Float64Array(4)
  for (let i = 0; i < 4; i++) values[i] = i * SCALE
  return values
})()

/** Reached by the stage. */
export const scaled = (value: number, offset = 1): number => value * SCALE + offset
export const looked = (index: number): number => table[index] ?? 0
export class Unused extends Schema.TaggedError<Unused>()("Unused", { count: Schema.Int }) {}
export const UnusedParams = Schema.Struct({ a: Schema.Finite.annotate({ description: "a" }) })
export const unusedEffect = Effect.fn("unused")(function* (n: number) { table[0] = n; return yield* Effect.succeed(n) })
export const unusedTable = Array.from({ length: 3 }, (_, i) => i + 1)
export class AlsoUnused extends Data.TaggedError("AlsoUnused")<{ readonly n: number }> {}
export const unused = (value: number): number => value + 1
`

const BASE: Files = {
  "stage.ts": stageAround(
    `import { scaled } from "./helper.ts"
import kernel from "./kernel.wasm"
import constants from "./constants.json" with { type: "json" }
import labels from "./labels.csv"
import * as Shapes from "./shapes.ts"`,
    `(n: number, extra = 3): number => {
  let total = 0
  for (let index = 0; index < n; index++) total += scaled(index) * kernel.length + constants.a
  const { first, ...rest } = { first: total, second: labels }
  return first > 0 ? first + Shapes.area(n) : rest.second.length + extra
}`
  ),
  "helper.ts": HELPER,
  "shapes.ts":
    "export const area = (n: number): number => n * n\nexport const volume = (n: number): number => n * n * n\n",
  "kernel.wasm": new Uint8Array([0, 97, 115, 109]),
  "constants.json": '{ "a": 1, "b": [2] }',
  "labels.csv": "x,y\n"
}

/** The files after replacing a text, which must be there, in one of them. */
const edited = (file: string, from: string, to: string): Files => {
  const text = String(BASE[file])
  if (!text.includes(from)) throw new Error(`${file} has no "${from}"`)
  return { ...BASE, [file]: text.replaceAll(from, to) }
}

const identityOf = (files: Files) => Effect.map(buildStage(files), ({ identity }) => identity)

describe("an edit that leaves the identity", () => {
  it.effect.each<readonly [string, Files]>([
    ["a comment", edited("stage.ts", "let total = 0", "// From nothing.\n  let total = 0 /* zero */")],
    ["white space", edited("helper.ts", "value * SCALE + offset", "\n\n   value*SCALE  +\n offset")],
    ["parentheses", edited("helper.ts", "value * SCALE + offset", "((value * SCALE) + (offset))")],
    ["types", edited("helper.ts", "(value: number, offset = 1): number", "(value: any, offset: number = 1)")],
    ["the name of a local", edited("stage.ts", "total", "sum")],
    ["the name of a parameter", edited("helper.ts", "offset", "shift")],
    ["the name of a loop variable", edited("stage.ts", "index", "i")],
    [
      "the name of a helper",
      { ...edited("stage.ts", "scaled", "stretched"), "helper.ts": HELPER.replaceAll("scaled", "stretched") }
    ],
    ["the name of a constant of the module", edited("helper.ts", "SCALE", "FACTOR")],
    [
      "the order of declarations",
      {
        ...BASE,
        "helper.ts": `export const scaled = (value: number, offset = 1): number => value * SCALE + offset\nconst SCALE = 2\n`
      }
    ],
    ["quotes", edited("stage.ts", '"bitwise"', "'bitwise'")],
    ["the spelling of a number", edited("helper.ts", "SCALE = 2", "SCALE = 0x2")],
    ["quotes around a key", edited("stage.ts", "second: labels", '"second": labels')],
    ["an unused function", edited("helper.ts", "value + 1", "value + 2")],
    ["an unused member of a namespace", edited("shapes.ts", "n * n * n", "n * n + n")],
    ["a new unused export", { ...BASE, "helper.ts": `${HELPER}export const late = (n: number) => n\n` }],
    ["an unused Schema class", edited("helper.ts", "count: Schema.Int", "amount: Schema.Finite")],
    ["an unused tagged error", edited("helper.ts", "readonly n: number }> {}", "readonly n: number }> { code = 3 }")],
    ["an unused schema", edited("helper.ts", "a: Schema.Finite", "b: Schema.Int")],
    ["an unused effect", edited("helper.ts", "table[0] = n;", "table[1] = n + 1;")],
    ["an unused table, made on import", edited("helper.ts", "values[i] = i *", "values[i] = i +")],
    ["an unused list, made on import", edited("helper.ts", "(_, i) => i + 1", "(_, i) => i + 2")],
    ["the code of another stage", { ...BASE, "other.ts": "export default 3" }],
    [
      "a helper moved to another file",
      {
        ...BASE,
        "helper.ts": `export { scaled } from "./moved.ts"`,
        "moved.ts":
          "const SCALE = 2\nexport const scaled = (value: number, offset = 1): number => value * SCALE + offset\n"
      }
    ],
    [
      "the way a helper is imported",
      {
        ...edited("stage.ts", 'import { scaled } from "./helper.ts"', 'import * as Helper from "./helper.ts"'),
        "stage.ts": String(
          edited("stage.ts", 'import { scaled } from "./helper.ts"', 'import * as Helper from "./helper.ts"')[
            "stage.ts"
          ]
        ).replace("scaled(", "Helper.scaled(")
      }
    ],
    ["the summary", edited("stage.ts", "For tests", "To be tested")],
    ["a source", edited("stage.ts", "inputs: {},", 'inputs: {}, source: "Section 3",')],
    [
      "older code whose results hold",
      edited(
        "stage.ts",
        "inputs: {},",
        'inputs: {}, compatibleWith: [{ code: "0123456789ab", as: "0123456789cd", without: { a: -1, b: [true, null, "x"], "c-d": { e: 1.5 } } }],'
      )
    ],
    ["the description of a parameter", edited("stage.ts", "how many", "their number")],
    ["no description any more", edited("stage.ts", '.annotate({ description: "how many" })', "")],
    ["white space in imported JSON", edited("constants.json", ", ", ",\n")]
  ])("%s", ([, files]) =>
    Effect.gen(function* () {
      assert.strictEqual(yield* identityOf(files), yield* identityOf(BASE))
    })
  )
})

describe("an edit that changes the identity", () => {
  it.effect.each<readonly [string, Files]>([
    ["a constant", edited("helper.ts", "SCALE = 2", "SCALE = 3")],
    [
      "older code that is computed",
      edited("stage.ts", "inputs: {},", "inputs: {}, compatibleWith: [{ code: String(compute(1)) }],")
    ],
    ["the parameter along which it extends", edited("stage.ts", "inputs: {},", 'inputs: {}, extends: { param: "n" },')],
    ["an operator", edited("helper.ts", "SCALE + offset", "SCALE - offset")],
    ["the default of a parameter", edited("helper.ts", "offset = 1", "offset = 0")],
    ["the default of an unused parameter", edited("stage.ts", "extra = 3", "extra = 4")],
    ["a reached helper", edited("helper.ts", "value * SCALE + offset", "value * value * SCALE + offset")],
    ["a reached member of a namespace", edited("shapes.ts", "n * n", "n + n")],
    ["another member of a namespace", edited("stage.ts", "Shapes.area", "Shapes.volume")],
    ["another helper", edited("stage.ts", "{ scaled }", "{ looked as scaled }")],
    ["a byte of imported WebAssembly", { ...BASE, "kernel.wasm": new Uint8Array([0, 97, 115, 110]) }],
    ["a number in imported JSON", edited("constants.json", "1", "2")],
    ["a byte of imported text", edited("labels.csv", "y", "z")],
    ["a key of an object", edited("stage.ts", "second: labels", "third: labels")],
    ["a parameter", edited("stage.ts", "Schema.Int", "Schema.Finite")],
    ["an annotation that messages show", edited("stage.ts", "description", "expected")],
    ["the name of the stage type", edited("stage.ts", "test/stage", "test/other")],
    ["the determinism", edited("stage.ts", '"bitwise"', '"libm"')],
    ["an effect of Effect", edited("stage.ts", "Effect.succeed(", "Effect.fail(")],
    ["a statement that runs on import", { ...BASE, "helper.ts": `${HELPER}table[1] = 7\n` }],
    ["a call of the unknown on import", { ...BASE, "helper.ts": `${HELPER}export const now = table.fill(3)\n` }],
    ["null and false", { ...BASE, "stage.ts": stageAround("", "(n: number) => n > 1 ? null : false") }],
    ["false and null", { ...BASE, "stage.ts": stageAround("", "(n: number) => n > 1 ? false : null") }]
  ])("%s", ([, files]) =>
    Effect.gen(function* () {
      assert.notStrictEqual(yield* identityOf(files), yield* identityOf(BASE))
    })
  )
})

describe("declarations", () => {
  it.effect("names the one that changed, whatever it is called in the bundle", () =>
    Effect.gen(function* () {
      const before = yield* buildStage(BASE)
      const after = yield* buildStage(edited("helper.ts", "SCALE = 2", "SCALE = 3"))
      const changed = Object.keys(after.parts.declarations).filter(
        (name) => after.parts.declarations[name] !== before.parts.declarations[name]
      )
      assert.deepStrictEqual(changed, ["constant SCALE"])
    })
  )

  it.effect("tells their sorts, and names data by its file", () =>
    Effect.gen(function* () {
      const { parts } = yield* buildStage({
        "stage.ts": stageAround(
          'import * as all from "./all.ts"\nimport table from "./data/table.json"',
          "() => [new all.Box(), all.twice(all.LIMIT), all, table]"
        ),
        "all.ts": "export class Box {}\nexport const twice = (n) => n * 2\nexport const LIMIT = 1",
        "data/table.json": "[1, 2]"
      })
      assert.includeMembers(Object.keys(parts.declarations), [
        "class Box",
        "function twice",
        "constant LIMIT",
        "namespace all.ts",
        "data file data/table.json"
      ])
    })
  )

  it.effect("keeps the names of the source where the bundler chose others", () =>
    Effect.gen(function* () {
      const { parts, code } = yield* buildStage({
        "stage.ts": stageAround(
          'import { make } from "./one.ts"\nimport { make as other } from "./two.ts"',
          "() => make() + other()"
        ),
        "one.ts": "export const make = () => 1",
        "two.ts": "export const make = () => 2"
      })
      assert.include(code, "make3")
      assert.includeMembers(Object.keys(parts.declarations), [
        "function make (one.ts)",
        "function make (two.ts)",
        "function make (athanor/stage)",
        "function compute",
        "default export"
      ])
    })
  )
})
