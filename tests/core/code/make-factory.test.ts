import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { makeFactory } from "../../../core/code/make-factory.ts"
import { parseModule } from "../../../core/code/syntax.ts"
import { execute } from "./execute-bundle.ts"
import { buildStage, problemsOf, stageAround } from "./stage-project.ts"

const factoryOf = (code: string): string => makeFactory(code, parseModule(code))

const BUNDLE = `import { a } from "alpha";
// one.ts
var one = 1;
import {
  b as c
} from "beta";
var two = one + a + c;
export {
  two as default,
  one
};
`

describe("a factory", () => {
  it("imports on its first line and returns the default export", () => {
    const lines = factoryOf(BUNDLE).split("\n")
    assert.match(
      lines[0] ?? "",
      /^import \{ a \} from "alpha"; import \{ {3}b as c \} from "beta"; export default \(\) => \{/u
    )
    assert.include(lines, "return two")
  })

  it("keeps everything else on its line and in its column", () => {
    const [before, after] = [BUNDLE.split("\n"), factoryOf(BUNDLE).split("\n")]
    for (const [index, line] of before.entries()) {
      if (/var/u.test(line)) assert.strictEqual(after[index], line)
    }
  })

  it.prop("evaluates to the default export, anew with each call", { n: Schema.Int }, ({ n }) => {
    const code = `#! for the shell\nvar value = [${n}];\nexport { value as default };`
    const factory: () => unknown = new Function(factoryOf(code).replace("export default", "return"))()
    assert.deepStrictEqual(factory(), [Number(`${n}`)])
    assert.notStrictEqual(factory(), factory())
  })

  it.effect("keeps the meaning of this, of strictness and of functions used before they stand", () =>
    Effect.gen(function* () {
      const head =
        "const early = late()\nfunction late() { return 7 }\nconst self = this\nlet strict = true\ntry { (Object.freeze([1]) as any)[0] = 2; strict = false } catch {}"
      const { code } = yield* buildStage({ "stage.ts": stageAround(head, "() => [early, String(self), strict]") })
      assert.deepStrictEqual(execute(code)[0]?.["outputs"], { value: [7, "undefined", true] })
    })
  )
})

describe("await outside of functions", () => {
  it.effect.each<readonly [string, string, string]>([
    ["as an expression", "const a = await Promise.resolve(1)", "stage.ts:1:11"],
    ["in a loop", "for await (const a of []) {}", "stage.ts:1:1"],
    ["in a class", "class A { [await Promise.resolve('a')] = 1 }", "stage.ts:1:12"]
  ])("is refused %s, at its place", ([, head, place]) =>
    Effect.gen(function* () {
      const problems = yield* problemsOf({ "stage.ts": stageAround(head) })
      assert.deepStrictEqual(problems, [
        `${place} await outside of a function: a stage waits in run, with Effect.promise`
      ])
    })
  )

  it.effect("is accepted inside of them", () =>
    buildStage({ "stage.ts": stageAround("const later = async () => await 1", "() => later") })
  )
})
