import { assert, describe, it } from "@effect/vitest"
import { Result, Schema } from "effect"
import type { Diagnostic } from "../../../core/document/Diagnostic.ts"
import { evaluate } from "../../../core/document/evaluate.ts"
import { FUNCTIONS } from "../../../core/document/functions.ts"
import { parseExpression } from "../../../core/document/parse-expression.ts"
import * as SourceText from "../../../core/document/SourceText.ts"
import type { Json } from "../../../core/stage/ArtifactKind.ts"

const scope = {
  params: { widths: [100, 500], n: 3, name: "a b", deep: { rate: 0.5, none: null }, empty: [] },
  matrix: { width: 100 }
}

const run = (
  text: string,
  params: { readonly [name: string]: Json } = scope.params
): Result.Result<Json, Diagnostic> => {
  const source = SourceText.make("e", text)
  return Result.flatMap(
    parseExpression(text, (from, to) => SourceText.span(source, from, to)),
    (expression) => evaluate(expression, { ...scope, params })
  )
}

const complaint = (text: string): string => {
  const result = run(text)
  return Result.isFailure(result) ? `${result.failure.span.column} ${result.failure.message}` : "none"
}

const hint = (text: string): string => {
  const result = run(text)
  return Result.isFailure(result) ? (result.failure.hint ?? "") : "none"
}

/** Calls of every function with their values. */
const CALLS: ReadonlyArray<readonly [text: string, value: Json]> = [
  ["range(3)", [0, 1, 2]],
  ["range(-1)", []],
  ["range(1, 4)", [1, 2, 3]],
  ["range(1, 2, 0.5)", [1, 1.5]],
  ["len(range(0, 1, 0.1))", 10],
  ["range(3, 0, -1)", [3, 2, 1]],
  ["range(3, 0)", []],
  ["linspace(0, 1, 3)", [0, 0.5, 1]],
  ["linspace(2, 5, 1)", [2]],
  ["linspace(0.1, 0.7, 7)[6]", 0.7],
  ["logspace(0, 2, 3)", [1, 10, 100]],
  ["logspace(5, 8, 4, 2)", [32, 64, 128, 256]],
  ["len(params.widths)", 2],
  ["len('abc') + len(params.deep)", 5],
  ["min(3, 1, 2)", 1],
  ["max(params.widths)", 500],
  ["max(-1)", -1],
  ["sum([1, 2, 3])", 6],
  ["sum(1, 2)", 3],
  ["floor(1.7)", 1],
  ["ceil(1.2)", 2],
  ["round(1.5)", 2],
  ["sqrt(16)", 4],
  ["abs(-2)", 2],
  ["log(1)", 0],
  ["log2(8)", 3],
  ["log10(100)", 2],
  ["exp(0)", 1],
  ["pow(2, 10)", 1024],
  [
    "zip([1, 2], ['a', 'b'])",
    [
      [1, "a"],
      [2, "b"]
    ]
  ],
  ["zip([], [])", []],
  ["concat([1], [2, 3])", [1, 2, 3]],
  ["reverse([1, 2])", [2, 1]],
  ["contains(params.widths, 500)", true],
  ["contains(params.widths, '500')", false],
  ["contains(params.deep, 'rate') && contains('abc', 'bc')", true],
  ["keys(params.deep)", ["rate", "none"]],
  ["values(params.deep)", [0.5, null]],
  ["int(-1.7)", -1],
  ["int('12')", 12],
  ["int('-9007199254740991')", -9007199254740991],
  ["str(5) + str([1, 'a'])", '5[1,"a"]'],
  ["join([1, 2], '-')", "1-2"]
]

describe("evaluate", () => {
  it.each<readonly [string, Json]>([
    ["1 + 2 * 3", 7],
    ["(1 + 2) * 3", 9],
    ["7 - 2 - 1", 4],
    ["2 ** 3 ** 2", 512],
    ["-2 ** 2", -4],
    ["2 ** -1", 0.5],
    ["7 % 4", 3],
    ["1e3 / 4", 250],
    [".5 + 1.", 1.5],
    ["params.n > 2 && matrix.width == 100", true],
    ["params.n > 5 || !(1 != 1)", true],
    ["true || params.n", true],
    ["params.n >= 3 ? 'big' : \"small\"", "big"],
    ["true ? false ? 1 : 2 : 3", 2],
    ["params.widths[1]", 500],
    ["params.widths[-1]", 500],
    ["params.deep.rate * 4", 2],
    ["params.deep.none", null],
    ["params['name'] + '!'", "a b!"],
    ["'a' < 'b'", true],
    ["[1, params.n, [null]]", [1, 3, [null]]],
    ["[]", []],
    ["'it''s'", "it's"],
    ['"a\\n\\"b\\""', 'a\n"b"'],
    ["params.deep == params.deep", true],
    ["[1, [2]] == [1, [2]]", true],
    ["1 == '1'", false],
    ["null == false", false],
    ["[2 ** k for k in range(3)]", [1, 2, 4]],
    ["[w / 100 for w in params.widths if w > 100]", [5]],
    [
      "[[a * b for b in [1, 2]] for a in [3, 4]]",
      [
        [3, 6],
        [4, 8]
      ]
    ],
    ["[params.n for params in [params]]", [3]]
  ])("gives %s its value", (text, value) => {
    assert.deepStrictEqual(Result.getOrThrow(run(text)), value)
  })

  it.each(CALLS)("gives the call %s its value", (text, value) => {
    assert.deepStrictEqual(Result.getOrThrow(run(text)), value)
  })

  it("has a call of every function among these", () => {
    const called = CALLS.map(([text]) => text).join(" ")
    assert.deepStrictEqual(
      [...FUNCTIONS.keys()].filter((name) => !new RegExp(`\\b${name}\\(`, "u").test(called)),
      []
    )
  })

  it.each([
    ["params.widht", '8 expression: unknown name "widht"'],
    ["widths", '1 expression: unknown name "widths"'],
    ["env.HOME", "1 expression: env is not available here"],
    ["rnage(3)", '1 expression: unknown function "rnage"'],
    ["range('a')", '1 expression: range takes a number, not the text "a"'],
    ["range(1.5)", "1 expression: range takes a whole number, not 1.5"],
    ["range(1, 2, 0)", "1 expression: range takes a step other than 0"],
    ["range()", "1 expression: range takes 1 to 3 arguments"],
    ["sqrt()", "1 expression: sqrt takes 1 argument"],
    ["range(1e9)", "1 expression: range would make 1000000000 items; the limit is 100000"],
    ["concat(range(6e4), range(6e4))", "1 expression: concat would make 120000 items"],
    ["linspace(0, 1, 0)", "1 expression: linspace takes a count of at least 1"],
    ["logspace(0, 400, 2)", "1 expression: logspace gives no finite number here"],
    ["logspace(0, 1, 2, -1)", "1 expression: logspace takes a base above 0, not -1"],
    ["zip([1], [])", "1 expression: zip takes lists of one length, not 1 and 0"],
    ["max([])", "1 expression: max takes at least one number"],
    ["keys([])", "1 expression: keys takes a map, not a list"],
    [
      "int('9007199254740993')",
      '1 expression: int takes a whole number that can be kept exactly, within ±9007199254740991, not the text "9007199254740993"'
    ],
    ["int('1.5')", '1 expression: int takes a number, not the text "1.5"'],
    ["1 / 0", "1 expression: 1 / 0 is not a finite number"],
    ["log(0)", "1 expression: log gives no finite number"],
    ["1 + 'a'", '5 expression: + takes numbers, not the text "a"; str(…) makes text'],
    ["'a' + 1", '1 expression: + takes numbers, not the text "a"; str(…) makes text'],
    ["'a' * 'b'", '1 expression: * takes numbers, not the text "a"'],
    ["[1] < 2", "1 expression: < takes numbers, not a list"],
    ["!1", "2 expression: expected true or false, found 1"],
    ["-'a'", '2 expression: - takes numbers, not the text "a"'],
    ["1 ? 2 : 3", "1 expression: expected true or false, found 1"],
    ["params.widths[2]", "15 expression: index 2 is outside of a list of 2"],
    ["params.widths[0.5]", "15 expression: an index is a whole number, not 0.5"],
    ["params.n[0]", "1 expression: 3 is not a list"],
    ["params.n.x", "10 expression: 3 has no members"],
    ["[x for x in 3]", "13 expression: for goes through a list, not 3"],
    ["[x for x in [1] if 2]", "20 expression: expected true or false, found 2"],
    ["[x for x in [1]][0] + x", '23 expression: unknown name "x"'],
    ["[x for 3 in [1]]", "8 expression: expected a name, found 3"],
    ["[x for x of [1]]", '10 expression: expected "in", found of'],
    ["[1, x for x in [1]]", '7 expression: expected "]", found for'],
    ["(1", '3 expression: it ends where ")" was expected'],
    ["[1 2]", '4 expression: expected "]", found 2'],
    ["1 2", "3 expression: expected the end of the expression, found 2"],
    ["", "1 expression: it ends where a value was expected"],
    ["'a", "1 expression: the text has no closing quote"],
    ["1 & 2", "3 expression: unexpected &"],
    ["#", "1 expression: unexpected #"]
  ])("complains of %s at the right place", (text, start) => {
    assert.isTrue(complaint(text).startsWith(start), complaint(text))
  })

  it("names the nearest, and how a function is called", () => {
    assert.include(hint("params.widhts"), 'did you mean "widths"?')
    assert.include(hint("rnage(3)"), 'did you mean "range"?')
    assert.include(hint("n + 1"), "did you mean params.n?")
    assert.include(hint("linspace(1)"), "write linspace(from, to, count)")
  })

  it("reaches nothing of the language below", () => {
    for (const text of [
      "params.constructor",
      "params.__proto__",
      "params['toString']",
      "contains(params, 'toString') ? 1 : x"
    ]) {
      assert.include(complaint(text), "unknown name")
    }
    assert.include(complaint("constructor(1)"), "unknown function")
  })

  it("refuses a whole number that would become another one", () => {
    assert.strictEqual(
      complaint("1 + 9007199254740993"),
      "5 expression: 9007199254740993 cannot be kept exactly: whole numbers end at ±9007199254740991"
    )
    assert.strictEqual(Result.getOrThrow(run("9007199254740991")), 9007199254740991)
  })

  it("refuses nesting that would exhaust the call stack", () => {
    assert.include(complaint(`${"(".repeat(900)}1`), "levels of nesting")
    assert.include(complaint(`${"-".repeat(900)}1`), "levels of nesting")
    assert.include(complaint(`${"[".repeat(900)}1`), "levels of nesting")
    assert.include(complaint(`${"1 ** ".repeat(400)}1`), "levels of nesting")
    assert.include(complaint(`${"true ? 1 : ".repeat(200)}1`), "levels of nesting")
  })

  it("evaluates a long sum and a long path, which are wide and not deep", () => {
    assert.strictEqual(Result.getOrThrow(run(`1${" + 1".repeat(498)}`)), 499)
    assert.include(complaint(`params${".deep".repeat(498)}`), "unknown name")
    assert.include(complaint(`1${" + 1".repeat(500)}`), "more than 1000 numbers, names and signs")
  })

  it("bounds the work, whatever a short expression asks for", () => {
    assert.include(complaint("[[i * j for i in range(1e5)] for j in range(1e5)]"), "steps")
    assert.include(complaint("[sum(range(1e5)) for j in range(1e5)]"), "steps")
    assert.include(complaint("[range(1e5) == range(1e5) for j in range(1e5)]"), "steps")
    assert.include(complaint("[range(1e5)[0] for j in range(1e5)]"), "steps")
  })

  it("bounds values that grow from one parameter to the next", () => {
    const grow = (step: string, start: Json): string => {
      let value = start
      for (let round = 0; round < 200; round++) {
        const next = run(step, { x: value })
        if (Result.isFailure(next)) return next.failure.message
        value = next.success
      }
      return "none"
    }
    assert.include(grow("[params.x, params.x]", 1), "more than 2000000 numbers")
    assert.include(grow("params.x + params.x", "ab"), "a text of more than 1000000 characters")
    assert.include(grow("[params.x]", 1), "levels")
    assert.notStrictEqual(grow("join([params.x, params.x], '')", "ab"), "none")
  })

  const Token = Schema.Literals([
    "1",
    "2.5",
    "'a'",
    "params",
    ".",
    "widths",
    "deep",
    "n",
    "[",
    "]",
    "(",
    ")",
    ",",
    "+",
    "-",
    "*",
    "**",
    "/",
    "==",
    "<",
    "&&",
    "!",
    "?",
    ":",
    "range",
    "len",
    "join",
    "for",
    "in",
    "if",
    "x",
    "null",
    "true",
    " "
  ])

  it.prop("never throws on tokens in any order", { tokens: Schema.Array(Token) }, ({ tokens }) => {
    run(tokens.join(" "))
    return true
  })

  const Number_ = Schema.Finite.check(Schema.isBetween({ minimum: -1e6, maximum: 1e6 }))

  it.prop("computes as floating-point arithmetic does", { a: Number_, b: Number_, c: Number_ }, ({ a, b, c }) => {
    const params = { a, b, c }
    const value = Result.getOrThrow(run("params.a + params.b * params.c - -params.a", params))
    return Object.is(value, a + b * c - -a)
  })
})
