import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as special from "../../../stages/math/special/index.ts"
import { buildStage, problemsOf, stageAround } from "./stage-project.ts"

const REASON = 'may differ between engines, and the stage is declared "bitwise"'
const advised = (name: string): string => `${REASON}: use ${name} of athanor/math/special, or declare "libm"`
const MULTIPLY = `${REASON}: multiply, use pow of athanor/math/special, or declare "libm"`

const declared = (determinism: string, compute: string): string =>
  stageAround("", compute).replace('determinism: "bitwise"', `determinism: ${determinism}`)

describe("a bitwise stage", () => {
  it.effect.each<readonly [string, string, string]>([
    ["Math.exp", "(n: number) => Math.exp(n)", `5:32 Math.exp ${advised("exp")}`],
    ["Math.sin in other words", '(n: number) => Math["sin"](n)', `5:32 Math.sin ${advised("sin")}`],
    ["Math.pow", "(n: number) => Math.pow(n, 0.5)", `5:32 Math.pow ${advised("pow")}`],
    [
      "Math.log by its own name",
      "(n: number) => { const { log } = Math; return log(n) }",
      `5:42 Math.log ${advised("log")}`
    ],
    [
      "what athanor/math/special does not have",
      "(n: number) => Math.log10(n)",
      `5:32 Math.log10 ${REASON}: use log(x) / Math.LN10, with log of athanor/math/special, or declare "libm"`
    ],
    ["a power", "(n: number) => n ** 3", `5:32 ** ${MULTIPLY}`],
    ["a power that is assigned", "(n: number) => (n **= 0.5)", `5:33 ** ${MULTIPLY}`]
  ])("is refused with %s", ([, compute, what]) =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* problemsOf({ "stage.ts": stageAround("", compute) }), [`stage.ts:${what}`])
    })
  )

  it.effect("is sent to functions that are there", () =>
    Effect.gen(function* () {
      const names = Object.getOwnPropertyNames(Math).filter((name) => /^[a-z]/u.test(name))
      const code = `(n: number) => [${names.map((name) => `Math.${name}`).join(", ")}]`
      const problems = yield* problemsOf({ "stage.ts": stageAround("", code) })
      const advised = problems.flatMap((problem) => /Math\.(\w+) .*use (\w+) of athanor/u.exec(problem)?.slice(1) ?? [])
      assert.isAbove(advised.length, 20)
      for (const name of advised) assert.property(special, name)
    })
  )

  it.effect("is refused where a helper in another file does it", () =>
    Effect.gen(function* () {
      const problems = yield* problemsOf({
        "stage.ts": stageAround('import { soft } from "./soft.ts"', "(n: number) => soft(n)"),
        "soft.ts":
          "\nexport const soft = (n: number) => Math.log1p(n)\nexport const unused = (n: number) => Math.exp(n)\n"
      })
      assert.deepStrictEqual(problems, [`soft.ts:2:36 Math.log1p ${advised("log1p")}`])
    })
  )

  it.effect("may call what is exact", () =>
    buildStage({
      "stage.ts": stageAround(
        "",
        "(n: number) => [Math.sqrt(n), Math.fround(n), Math.imul(n, 2), Math.max(n, Math.PI), n ** 2, 2 ** n, 2n ** 3n]"
      )
    })
  )

  it.effect("is what a stage is taken for when its declaration is not understood", () =>
    Effect.gen(function* () {
      const stage = declared('(() => "libm" as const)()', "(n: number) => Math.exp(n)")
      assert.lengthOf(yield* problemsOf({ "stage.ts": stage }), 1)
    })
  )
})

describe("another stage may call all of Math", () => {
  it.effect.each(['"libm"', "{ tolerance: 1e-9 }", "DECLARED"])("%s", (determinism) =>
    buildStage({
      "stage.ts": `const DECLARED = "libm"\n${declared(determinism, "(n: number) => Math.exp(n) ** 0.5")}`
    })
  )
})
