import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { execute } from "./execute-bundle.ts"
import { buildStage, problemsOf, stageAround } from "./stage-project.ts"

describe("module state", () => {
  it.effect.each<readonly [string, string, string]>([
    ["a variable", "let state = 1", "(n: number) => (state = state * 10 + n)"],
    [
      "a cache",
      "let cache: number | undefined\nconst first = (n: number) => (cache ??= n)",
      "(n: number) => first(n) * n"
    ],
    [
      "an object",
      "const seen = new Map<string, number>()",
      '(n: number) => { seen.set("n", (seen.get("n") ?? 0) + n); return seen.get("n") }'
    ],
    ["a static field", "class Counter { static count = 0 }", "(n: number) => (Counter.count += n)"]
  ])("of a stage is its own for each attempt: %s", ([, head, compute]) =>
    Effect.gen(function* () {
      const { code } = yield* buildStage({ "stage.ts": stageAround(head, compute) })
      const alone = [2, 3, 2].flatMap((n) => execute(code, { attempts: [n] }))
      assert.deepStrictEqual(execute(code, { attempts: [2, 3, 2] }), alone)
      assert.deepStrictEqual(execute(code, { attempts: [2, 3, 2], thread: "worker" }), alone)
      assert.deepStrictEqual(alone[0], alone[2])
    })
  )

  it.effect("of the files that a stage imports is too", () =>
    Effect.gen(function* () {
      const { code } = yield* buildStage({
        "stage.ts": stageAround('import { next } from "./counter.ts"', "(n: number) => next(n)"),
        "counter.ts": "let count = 0\nexport const next = (n: number) => (count += n)\n"
      })
      const values = execute(code, { attempts: [1, 1, 1] }).map(({ outputs }) => outputs)
      assert.deepStrictEqual(values, [{ value: 1 }, { value: 1 }, { value: 1 }])
    })
  )

  it.effect.each<readonly [string, string, string, RegExp]>([
    [
      "the language",
      "",
      "(n: number) => { (Array.prototype as any).n ??= n; return 1 }",
      /Array: it is the same for all/u
    ],
    ["the console", "", "() => { console.log = () => {}; return 1 }", /console: it is the same for all/u],
    ["Effect", "", "() => { (Schema as any).n = 1; return 1 }", /effect: it is the same for all/u]
  ])("of %s cannot be changed", ([, head, compute, expected]) =>
    Effect.gen(function* () {
      const problems = yield* problemsOf({ "stage.ts": stageAround(head, compute) })
      assert.lengthOf(problems, 1)
      assert.match(problems[0] ?? "", expected)
    })
  )
})
