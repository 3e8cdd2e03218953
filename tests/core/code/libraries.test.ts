/** What stages import of the framework's own package besides the contract. */
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { build } from "../../../core/code/build-code.ts"
import { CONTRACT, type Files, makeFolder, problemsOf } from "./stage-project.ts"

/** A package that is laid out as the framework's, small enough to be changed. */
const PACKAGE: Files = {
  "package.json": JSON.stringify({
    name: "athanor",
    exports: {
      "./stage": "./core/stage/contract.ts",
      "./sums": "./libraries/sums/index.ts",
      "./tsconfig.json": "./t.json"
    }
  }),
  "core/stage/contract.ts": 'export * as StageType from "./StageType.ts"',
  "core/stage/StageType.ts": "export const make = (definition: object) => definition",
  "libraries/sums/index.ts": 'export * as Sum from "./Sum.ts"\nexport { product } from "./product.ts"',
  "libraries/sums/Sum.ts":
    'import { zero } from "./zero.ts"\nexport const of = (n: number) => n + zero\nexport const other = 1',
  "libraries/sums/zero.ts": "export const zero = 0",
  "libraries/sums/product.ts": "export const product = (n: number) => n\ntable.push(product)"
}

const STAGE = `
import { StageType } from "athanor/stage"
import { Sum } from "athanor/sums"
export default StageType.make({ name: "test/stage", determinism: "bitwise", run: () => Sum.of(1) })
`

/** The stage built in a folder beside the package, which lies `where`. */
const built = (changes: Files = {}, where = "athanor") => {
  const files = Object.entries({ ...PACKAGE, ...changes }).map(([file, text]) => [`${where}/${file}`, text] as const)
  const folder = makeFolder({ ...Object.fromEntries(files), "project/stage.ts": STAGE })
  return build(join(folder, "project/stage.ts"), join(folder, where, "core/stage/contract.ts"))
}

describe("a library of the framework", () => {
  it.effect.each<readonly [string, Files, string?]>([
    ["what it does not reach changes", { "libraries/sums/product.ts": "export const product = 2" }],
    [
      "another member of what it uses changes",
      { "libraries/sums/Sum.ts": String(PACKAGE["libraries/sums/Sum.ts"]).replace("other = 1", "other = 2") }
    ],
    ["the package lies elsewhere", {}, "lib/node_modules/athanor"]
  ])("leaves the identity of a stage as it is where %s", ([, changes, where]) =>
    Effect.gen(function* () {
      const [before, after] = [yield* built(), yield* built(changes, where)]
      assert.strictEqual(after.identity, before.identity)
      assert.deepStrictEqual(after.parts, before.parts)
      assert.notInclude(after.code, "table.push")
    })
  )

  it.effect("is part of the identity as far as the stage reaches it, and goes by its place in the package", () =>
    Effect.gen(function* () {
      const [before, after] = [yield* built(), yield* built({ "libraries/sums/zero.ts": "export const zero = 1" })]
      assert.notStrictEqual(after.identity, before.identity)
      const changed = Object.entries(after.parts.declarations).filter(
        ([name, digest]) => before.parts.declarations[name] !== digest
      )
      assert.deepStrictEqual(
        changed.map(([name]) => name),
        ["constant zero"]
      )
      const twice = yield* built({ "libraries/sums/zero.ts": "const of = (n: number) => n\nexport const zero = of(0)" })
      assert.includeMembers(Object.keys(twice.parts.declarations), [
        "function of (athanor/libraries/sums/Sum.ts)",
        "function of (athanor/libraries/sums/zero.ts)"
      ])
    })
  )

  it.effect.each<readonly [string, RegExp]>([
    [
      'import { Cholesky } from "athanor/math/linaer"',
      /stage\.ts:1:\d+ there is no "athanor\/math\/linaer": did you mean "athanor\/math\/linear"\?/u
    ],
    [
      'import { Cholesky } from "athanor/maths"',
      /did you mean "athanor\/math"\? {3}\(there are: athanor\/compute, athanor\/math, /u
    ],
    ['import { Cholesky } from "athanor"', /there is no "athanor"/u],
    [
      'import { Cholesky } from "athanor/math"',
      /stage\.ts:1:\d+ athanor\/math exports no "Cholesky": athanor\/math\/linear exports it/u
    ],
    ['import { Choleski } from "athanor/math/linear"', /exports no "Choleski": did you mean "Cholesky"\?/u],
    ['import { Metrics } from "athanor/stage"', /athanor\/stage exports no "Metrics": did you mean "Metric"\?/u],
    ['import { trian } from "athanor/compute"', /did you mean "train"\?/u]
  ])("is told from what is not there: %s", ([line, expected]) =>
    Effect.gen(function* () {
      const name = /\{ (\w+) \}/u.exec(line)?.[1]
      const problems = yield* problemsOf({ "stage.ts": `${line}\nexport default ${name}` })
      assert.match(problems.join("\n"), expected)
    })
  )

  it.effect("may be used in what is declared bitwise, all of the numerics", () =>
    Effect.gen(function* () {
      const rooms = ["double-double", "fourier", "linear", "optimise", "random", "sparse", "special"]
      const imports = rooms.map((room, at) => `import * as room${at} from "athanor/math/${room}"`)
      const stage = `${imports.join("\n")}
        import * as math from "athanor/math"
        import { StageType } from "athanor/stage"
        export default StageType.make({
          name: "test/all", determinism: "bitwise", run: () => [math, ${rooms.map((_, at) => `room${at}`).join(", ")}]
        })`
      const { parts } = yield* build(join(makeFolder({ "stage.ts": stage }), "stage.ts"), CONTRACT)
      const names = Object.keys(parts.declarations)
      assert.isAbove(names.length, 500)
      assert.deepStrictEqual(
        names.filter((name) => name.startsWith("statement")),
        []
      )
      assert.deepStrictEqual(
        names.filter((name) => name.includes("../")),
        []
      )
      assert.deepStrictEqual(
        Object.keys(parts.packages)
          .filter((name) => !name.startsWith("effect@"))
          .some((name) => name.startsWith("@tensorflow")),
        false
      )
    })
  )

  it.effect("brings its packages along, and refuses another version of them", () =>
    Effect.gen(function* () {
      const stage = `
        import { session } from "athanor/compute"
        import { StageType } from "athanor/stage"
        export default StageType.make({ name: "test/tensors", determinism: { tolerance: 1 }, run: () => session })`
      const at = (files: Files) => build(join(makeFolder({ "stage.ts": stage, ...files }), "stage.ts"), CONTRACT)
      const { parts } = yield* at({})
      assert.isTrue(Object.keys(parts.packages).some((name) => name.startsWith("@tensorflow/tfjs@4.22.0")))
      const other = {
        "node_modules/@tensorflow/tfjs/package.json": '{ "name": "@tensorflow/tfjs", "version": "4.1.0" }'
      }
      const { message } = yield* Effect.flip(at(other))
      assert.match(
        message,
        /node_modules\/@tensorflow\/tfjs is of version 4\.1\.0, and athanor\/compute is made for 4\.22\.0/u
      )
      // Numerics have nothing to do with it.
      const apart = stage
        .replace(
          '{ session } from "athanor/compute"',
          'tf from "@tensorflow/tfjs"\nimport { erf } from "athanor/math/special"'
        )
        .replace("() => session", "() => [tf, erf]")
      assert.property((yield* at({ ...other, "stage.ts": apart })).parts.packages, "@tensorflow/tfjs@4.1.0")
    })
  )
})
