import { assert, describe, it } from "@effect/vitest"
import { Result } from "effect"
import { evaluate } from "../../../core/document/evaluate.ts"
import { parseExpression } from "../../../core/document/parse-expression.ts"
import * as SourceText from "../../../core/document/SourceText.ts"

const scope = { params: { widths: [100, 500], n: 3, name: "a b", deep: { rate: 0.5 } }, matrix: { width: 100 } }

const run = (text: string) => {
  const source = SourceText.make("e", text)
  return Result.flatMap(
    parseExpression(text, (from, to) => SourceText.span(source, from, to)),
    (expression) => evaluate(expression, scope)
  )
}

const complaint = (text: string): string => {
  const result = run(text)
  return Result.isFailure(result) ? `${result.failure.span.column} ${result.failure.message}` : "none"
}

describe("evaluate", () => {
  it.each([
    ["1 + 2 * 3", 7],
    ["(1 + 2) * 3", 9],
    ["7 - 2 - 1", 4],
    ["2 ** 3 ** 2", 512],
    ["-2 ** 2", -4],
    ["7 % 4", 3],
    ["1e3 / 4", 250],
    ["params.n > 2 && matrix.width == 100", true],
    ["params.n > 5 || !(1 != 1)", true],
    ["params.n >= 3 ? 'big' : \"small\"", "big"],
    ["true ? false ? 1 : 2 : 3", 2],
    ["params.widths[1]", 500],
    ["params.widths[-1]", 500],
    ["params.deep.rate * 4", 2],
    ["params['name'] + '!'", "a b!"],
    ["[1, params.n, [null]]", [1, 3, [null]]],
    ["range(3)", [0, 1, 2]],
    ["range(1, 4)", [1, 2, 3]],
    ["range(1, 2, 0.5)", [1, 1.5]],
    ["range(3, 0, -1)", [3, 2, 1]],
    ["linspace(0, 1, 3)", [0, 0.5, 1]],
    ["logspace(0, 2, 3)", [1, 10, 100]],
    ["len(params.widths) + len('abc')", 5],
    ["min(3, 1, 2) + max(params.widths)", 501],
    ["sum([1, 2, 3])", 6],
    ["floor(1.7) + ceil(1.2) + round(1.5) + int(-1.7)", 4],
    ["sqrt(16) + abs(-2) + log2(8) + log10(100)", 11],
    ["exp(0) + log(1)", 1],
    ["str(5) + join([1, 2], '-')", "51-2"],
    ["concat([1], [2, 3])", [1, 2, 3]],
    ["keys(params.deep)", ["rate"]],
    ["'it''s'", "it's"]
  ])("gives %s its value", (text, value) => {
    assert.deepStrictEqual(Result.getOrThrow(run(text)), value)
  })

  it.each([
    ["params.widht", '8 expression: unknown name "widht"'],
    ["widths", '1 expression: unknown name "widths"'],
    ["env.HOME", "1 expression: env is not available here"],
    ["rnage(3)", '1 expression: unknown function "rnage"'],
    ["range('a')", '1 expression: range takes a number, not the text "a"'],
    ["range()", "1 expression: range takes 1 to 3 arguments"],
    ["range(1e9)", "1 expression: range would make 1000000000 items"],
    ["1 / 0", "1 expression: 1 / 0 is not a finite number"],
    ["log(0)", "1 expression: log gives no finite number"],
    ["1 + 'a'", "5 expression: + takes numbers"],
    ["!1", "2 expression: expected true or false, found 1"],
    ["params.widths[2]", "15 expression: index 2 is outside of a list of 2"],
    ["params.n[0]", "1 expression: 3 is not a list"],
    ["params.n.x", "10 expression: 3 has no members"],
    ["(1", '3 expression: it ends where ")" was expected'],
    ["1 2", "3 expression: expected the end of the expression, found 2"],
    ["'a", "1 expression: the text has no closing quote"],
    ["#", "1 expression: unexpected #"]
  ])("complains of %s at the right place", (text, start) => {
    assert.isTrue(complaint(text).startsWith(start), complaint(text))
  })

  it("refuses nesting that would exhaust the call stack", () => {
    assert.include(complaint(`${"(".repeat(5000)}1`), "levels of nesting")
    assert.include(complaint(`${"-".repeat(5000)}1`), "levels of nesting")
  })

  it("reaches nothing of the language below", () => {
    for (const text of ["params.constructor", "params.__proto__", "params['toString']"]) {
      assert.include(complaint(text), "unknown name")
    }
  })
})
