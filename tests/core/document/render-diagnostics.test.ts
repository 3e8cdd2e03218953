import { assert, describe, it } from "@effect/vitest"
import { Result } from "effect"
import { type Diagnostic, PipelineInvalid } from "../../../core/document/Diagnostic.ts"
import { decode } from "../../../core/document/decode.ts"
import { renderDiagnostics } from "../../../core/document/render-diagnostics.ts"

const rendered = (text: string, diagnostics: ReadonlyArray<Omit<Diagnostic, "severity">>, color = false): string =>
  renderDiagnostics(
    new PipelineInvalid({
      diagnostics: diagnostics.map((diagnostic) => ({ severity: "error", ...diagnostic })),
      texts: new Map([["p.yaml", text]])
    }),
    { color }
  )

const at = (line: number, column: number, length: number) => ({ file: "p.yaml", line, column, length })

/** The line shown, and the one below it with the caret. */
const marked = (output: string): readonly [line: string, caret: string] => {
  const [, line = "", caret = ""] = output.split("\n")
  return [line, caret]
}

describe("renderDiagnostics", () => {
  it("looks as the interface description says", () => {
    const text = `${"\n".repeat(30)}    with: { depth: 4, widht: 500 }\n`
    const error = new PipelineInvalid({
      diagnostics: [
        {
          severity: "error",
          span: { file: "pipelines/ntk-study.yaml", line: 31, column: 23, length: 5 },
          message: 'stage "wide" (ntk/empirical): unknown parameter "widht"',
          hint: 'did you mean "width"?   (takes: depth, width, beta, seed)'
        }
      ],
      texts: new Map([["pipelines/ntk-study.yaml", text]])
    })
    assert.strictEqual(
      renderDiagnostics(error, { color: false }),
      `pipelines/ntk-study.yaml:31:23  error  stage "wide" (ntk/empirical): unknown parameter "widht"
   31 │     with: { depth: 4, widht: 500 }
      │                       ^^^^^ did you mean "width"?   (takes: depth, width, beta, seed)`
    )
  })

  it("puts an empty line between complaints", () => {
    const result = decode("p.yaml", "name: p\nstages:\n  a: { uses: x/y, wiht: 1 }\n  b: { use: x/y }\n")
    const output = Result.isFailure(result) ? renderDiagnostics(result.failure, { color: false }) : ""
    assert.deepStrictEqual(
      output.split("\n\n").map((part) => part.split("\n")[0]),
      [
        'p.yaml:3:19  error  stage "a": unknown key "wiht"',
        'p.yaml:4:3  error  stage "b": "uses" is missing',
        'p.yaml:4:8  error  stage "b": unknown key "use"'
      ]
    )
  })

  it("puts the caret under what is meant, beside wide characters, tabs and marks", () => {
    for (const [before, columns] of [
      ["温度", 4],
      ["\t\t", 2],
      ["e\u0301", 1],
      ["👩‍🔬", 2],
      ["한", 2],
      ["ﬁ", 1]
    ] as const) {
      const [, caret] = marked(rendered(`${before}x: 1\n`, [{ span: at(1, before.length + 1, 1), message: "m" }]))
      assert.strictEqual(caret, `      │ ${" ".repeat(columns)}^`, JSON.stringify(before))
    }
  })

  it("makes the caret as wide as what is meant", () => {
    const [, caret] = marked(rendered("温度: 1\n", [{ span: at(1, 1, 2), message: "m" }]))
    assert.strictEqual(caret, "      │ ^^^^")
  })

  it("cuts a long line around the caret", () => {
    const text = `${"a".repeat(5000)}WRONG${"b".repeat(5000)}\n`
    const [line, caret] = marked(rendered(text, [{ span: at(1, 5001, 5), message: "m" }]))
    assert.strictEqual(line.slice(caret.indexOf("^"), caret.lastIndexOf("^") + 1), "WRONG")
    assert.isTrue(line.includes("│ …a") && line.endsWith("b…"))
    assert.isAtMost(line.length, 8 + 112)
  })

  it("cuts a long line after the caret, and a caret that is too long", () => {
    const [line, caret] = marked(rendered(`x: ${"y".repeat(500)}\n`, [{ span: at(1, 4, 500), message: "m" }]))
    assert.isTrue(line.endsWith("y…"))
    assert.isAtMost(caret.length, 8 + 110)
  })

  it("keeps the columns together at line numbers of six digits", () => {
    const [line, caret] = marked(rendered(`${"\n".repeat(123_455)}x\n`, [{ span: at(123_456, 1, 1), message: "m" }]))
    assert.deepStrictEqual([line, caret], ["123456 │ x", "       │ ^"])
  })

  it("shows no control characters of the file to the terminal", () => {
    const output = rendered("\u001b[2J\u202ex\n", [
      { span: at(1, 6, 1), message: 'unknown key "\u001b[31m"', hint: "\u0007" }
    ])
    assert.isFalse(/\p{Cc}|\u202e/u.test(output.replaceAll("\n", "")))
  })

  it("shows the end of a file, and a file whose text it lacks", () => {
    assert.include(rendered("a", [{ span: at(1, 2, 1), message: "m" }]), "    1 │ a\n      │  ^")
    const span = { file: "other.yaml", line: 3, column: 1, length: 1 }
    assert.strictEqual(rendered("", [{ span, message: "m", hint: "h" }]), "other.yaml:3:1  error  m\n      h")
  })

  it("colours the same text", () => {
    const diagnostics = [{ span: at(1, 1, 4), message: "m", hint: "h" }]
    const colored = rendered("name: p\n", diagnostics, true)
    assert.notStrictEqual(colored, rendered("name: p\n", diagnostics))
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the colours are what is taken away
    assert.strictEqual(colored.replace(/\u001b\[\d+m/gu, ""), rendered("name: p\n", diagnostics))
  })
})
