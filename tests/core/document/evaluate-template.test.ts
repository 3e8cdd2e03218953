import { assert, describe, it } from "@effect/vitest"
import { Result } from "effect"
import { decode } from "../../../core/document/decode.ts"
import { evaluateTemplate, spanAt } from "../../../core/document/evaluate-template.ts"
import type { TemplateMap } from "../../../core/document/Template.ts"

const STAGE =
  "name: p\nparams: { n: 3, list: [1, 2] }\nstages:\n  a:\n    uses: x/y\n    matrix: { width: [1] }\n    with:\n"

/** The template of `with:`, written with six spaces before each line; its first line is line 8. */
const template = (...lines: ReadonlyArray<string>): TemplateMap => {
  const document = Result.getOrThrow(decode("p.yaml", `${STAGE}${lines.map((line) => `      ${line}\n`).join("")}`))
  const found = document.stages[0]?.with
  if (found === undefined) return assert.fail("no template")
  return found
}

const scope = { params: { n: 3, list: [1, 2] }, matrix: { width: 100 } }

describe("evaluateTemplate", () => {
  it("keeps the types of values and of single expressions", () => {
    const value = evaluateTemplate(
      template(
        "a: 1",
        "b: true",
        "c: null",
        "d: '1'",
        "e: ${{ params.list }}",
        'f: ["${{ matrix.width / 2 }}", { g: 0x10 }]'
      ),
      scope
    )
    assert.deepStrictEqual(Result.getOrThrow(value), { a: 1, b: true, c: null, d: "1", e: [1, 2], f: [50, { g: 16 }] })
  })

  it("makes text of expressions with text around them", () => {
    const value = evaluateTemplate(
      template("a: n=${{ params.n }}, ${{ params.list }}", "b: ${{ 1 }}${{ 'x' }}", "c: ' ${{ 1 }}'"),
      scope
    )
    assert.deepStrictEqual(Result.getOrThrow(value), { a: "n=3, [1,2]", b: "1x", c: " 1" })
  })

  it("gives all complaints at once", () => {
    const value = evaluateTemplate(template("a: ${{ params.n.x }}", 'b: ["${{ 1 / 0 }}", "x ${{ -\'a\' }}"]'), scope)
    assert.deepStrictEqual(Result.isFailure(value) ? value.failure.map(({ span }) => [span.line, span.column]) : [], [
      [8, 23],
      [9, 16],
      [9, 35]
    ])
  })
})

describe("spanAt", () => {
  const map = template("a: { b: [10, 20], c: x }", "d:", "  e: 1")
  const place = (...path: ReadonlyArray<PropertyKey>) => {
    const { line, column, length } = spanAt(map, path)
    return [line, column, length]
  }

  it("finds what is written at a path", () => {
    assert.deepStrictEqual(place("a", "c"), [8, 28, 1])
    assert.deepStrictEqual(place("a", "b", 1), [8, 20, 2])
    assert.deepStrictEqual(place("d", "e"), [10, 12, 1])
  })

  it("finds what encloses a part that is missing", () => {
    assert.deepStrictEqual(place("a", "z", "y"), [8, 10, 21])
    assert.deepStrictEqual(place("a", "b", 5), [8, 15, 8])
    assert.deepStrictEqual(place("d", "e", "f"), [10, 12, 1])
    assert.deepStrictEqual(place("z"), [8, 7, 24])
  })
})
