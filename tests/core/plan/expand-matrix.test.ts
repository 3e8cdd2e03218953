import { assert, describe, it } from "@effect/vitest"
import { Result, Schema } from "effect"
import { expandMatrix } from "../../../core/plan/expand-matrix.ts"
import type { JsonMap } from "../../../core/plan/Plan.ts"
import { taskId } from "../../../core/plan/task-id.ts"
import { canonicalText } from "../../../core/store/Digest.ts"
import { documentOf } from "./planned.ts"

/** The combinations of the matrix written so. */
const expand = (matrix: string, params: JsonMap = {}) => {
  const names = Object.entries(params).map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
  const document = documentOf(`params: { ${names.join(", ")} }\nstages:\n  s: { uses: x/y, matrix: ${matrix} }`)
  return Result.map(expandMatrix("s", document.stages[0]?.matrix, { params }), ({ combinations }) => combinations)
}

const combinations = (matrix: string, params?: JsonMap): ReadonlyArray<JsonMap> =>
  Result.getOrThrow(expand(matrix, params))

const complaints = (matrix: string, params?: JsonMap): ReadonlyArray<string> => {
  const expanded = expand(matrix, params)
  return Result.isFailure(expanded) ? expanded.failure.map(({ message }) => message) : []
}

describe("expandMatrix", () => {
  it("gives a stage without a matrix one empty combination", () => {
    assert.deepStrictEqual(Result.getOrThrow(expandMatrix("s", undefined, { params: {} })), {
      combinations: [{}],
      excluded: []
    })
  })

  it("varies the last dimension fastest", () => {
    assert.deepStrictEqual(combinations("{ b: [2, 1], a: [x, y] }"), [
      { b: 2, a: "x" },
      { b: 2, a: "y" },
      { b: 1, a: "x" },
      { b: 1, a: "y" }
    ])
    assert.deepStrictEqual(Object.keys(combinations("{ b: [2], a: [x] }")[0] ?? {}), ["b", "a"])
  })

  it("takes dimensions from expressions over the parameters", () => {
    assert.deepStrictEqual(combinations('{ w: "${{ params.ws }}", i: "${{ range(params.n) }}" }', { ws: [7], n: 2 }), [
      { w: 7, i: 0 },
      { w: 7, i: 1 }
    ])
  })

  it("leaves out what an exclusion matches, in whole or in part", () => {
    const three = "a: [1, 2, 3], b: [x, y]"
    assert.deepStrictEqual(
      combinations(`{ ${three}, exclude: [{ a: 2 }, { b: y, a: 3 }] }`).map(canonicalText),
      [
        { a: 1, b: "x" },
        { a: 1, b: "y" },
        { a: 3, b: "x" }
      ].map(canonicalText)
    )
    assert.lengthOf(combinations(`{ ${three}, exclude: [{ a: "2" }] }`), 6)
  })

  it("lets included combinations follow, in the order of the dimensions, and none of them twice", () => {
    const found = combinations("{ a: [1], b: [x], include: [{ b: z, a: 9 }, { a: 1, b: x }] }")
    assert.deepStrictEqual(found, [
      { a: 1, b: "x" },
      { a: 9, b: "z" }
    ])
    assert.deepStrictEqual(Object.keys(found[1] ?? {}), ["a", "b"])
  })

  it("gives a combination that is included twice one task", () => {
    assert.lengthOf(combinations("{ a: [1], include: [{ a: 2 }, { a: 2.0 }] }"), 2)
  })

  it("lets an inclusion bring back what an exclusion took away", () => {
    assert.deepStrictEqual(combinations("{ a: [1, 2], exclude: [{ a: 1 }], include: [{ a: 1 }] }"), [
      { a: 2 },
      { a: 1 }
    ])
  })

  it("lets the lists of a zip advance together, beside the other dimensions", () => {
    assert.deepStrictEqual(combinations("{ s: [1, 2], zip: { a: [x, y], b: [8, 9] } }"), [
      { s: 1, a: "x", b: 8 },
      { s: 1, a: "y", b: 9 },
      { s: 2, a: "x", b: 8 },
      { s: 2, a: "y", b: 9 }
    ])
  })

  it("takes several zips, each of which goes its own way", () => {
    assert.lengthOf(combinations("{ zip: [{ a: [1, 2], b: [3, 4] }, { c: [5, 6, 7], d: [8, 9, 8] }] }"), 6)
  })

  it("lets a value stand twice in one list of a zip", () => {
    assert.lengthOf(combinations("{ zip: { a: [1, 1], b: [3, 4] } }"), 2)
  })

  it("lets a list depend on the dimensions above it, also to have nothing for some", () => {
    assert.deepStrictEqual(combinations('{ depth: [0, 2, 1], layer: "${{ range(matrix.depth) }}", s: [a] }'), [
      { depth: 2, layer: 0, s: "a" },
      { depth: 2, layer: 1, s: "a" },
      { depth: 1, layer: 0, s: "a" }
    ])
    assert.deepStrictEqual(
      combinations(
        '{ n: [1, 2], zip: { a: "${{ range(matrix.n) }}", b: "${{ [x * 10 for x in range(matrix.n)] }}" } }'
      ),
      [
        { n: 1, a: 0, b: 0 },
        { n: 2, a: 0, b: 0 },
        { n: 2, a: 1, b: 10 }
      ]
    )
  })

  it("excludes from a nested matrix, and adds to it", () => {
    const nested = 'depth: [1, 2], layer: "${{ range(matrix.depth) }}"'
    assert.deepStrictEqual(combinations(`{ ${nested}, exclude: [{ layer: 0 }], include: [{ layer: 9, depth: 1 }] }`), [
      { depth: 2, layer: 1 },
      { depth: 1, layer: 9 }
    ])
  })

  it("goes through maps, whose parts a nested list may use", () => {
    const models = "model: [{ name: a, sizes: [1, 2] }, { name: b, sizes: [3] }]"
    const found = combinations(`{ ${models}, size: "\${{ matrix.model.sizes }}" }`)
    assert.deepStrictEqual(
      found.map((values) => taskId("s", values)),
      ["s@model=a,size=1", "s@model=a,size=2", "s@model=b,size=3"]
    )
  })

  it.each([
    ['{ a: "${{ params.n }}" }', "is not a list"],
    ['{ a: "${{ params.none }}" }', "is an empty list"],
    ["{ a: [1, 2, 1.0] }", "has 1 twice"],
    ["{ a: [{ x: 1, y: 2 }, { y: 2, x: 1 }] }", "twice"],
    ["{ a: [1], b: [1], include: [{ a: 2 }] }", "missing: b"],
    ["{ a: [1], exclude: [{ c: 2 }] }", 'exclude names "c"'],
    ['{ a: "${{ range(1001) }}", b: "${{ range(1000) }}" }', "1001000 combinations (a: 1001, b: 1000)"],
    ["{ zip: { a: [1, 2], b: [1, 2], c: [1] } }", 'lists of one length, but "a" has 2 and "c" 1'],
    ["{ zip: { a: [1, 1], b: [2, 2] } }", '"a, b" has {"a":1,"b":2} twice'],
    ["{ zip: { a: [], b: [] } }", '"a, b" is an empty list'],
    ['{ a: [0], b: "${{ range(matrix.a) }}" }', '"b" is an empty list'],
    ['{ a: [1], b: "${{ matrix.a }}" }', '"b" is not a list'],
    ['{ a: "${{ range(1001) }}", b: "${{ range(1000 + 0 * matrix.a) }}" }', "more than 100000 combinations"],
    ["{ a: [{ name: x, v: 1 }, { name: x, v: 2 }] }", "two different combinations are named s@a=x"],
    ["{ a: [x, { name: x }] }", "two different combinations are named s@a=x"]
  ])("refuses %s", (matrix, expected) => {
    const said = complaints(matrix, { n: 3, none: [] })
    assert.lengthOf(said, 1)
    assert.include(said[0], 'stage "s"')
    assert.include(said[0], expected)
  })

  it("points at the list of a zip that is of another length", () => {
    const expanded = expand("{ zip: { a: [1, 2], b: [1] } }")
    assert.deepInclude(Result.isFailure(expanded) ? expanded.failure[0]?.span : {}, { line: 4, column: 50 })
  })

  it("complains about all dimensions at once", () => {
    assert.lengthOf(complaints('{ a: "${{ params.n }}", b: [1, 1] }', { n: 3 }), 2)
  })

  it("looks patterns of the same dimensions up together", () => {
    const patterns = Array.from({ length: 2000 }, (_, at) => `{ b: ${at}, a: ${at % 7} }`).join(", ")
    const axes = 'a: "${{ range(100) }}", b: "${{ range(1000) }}"'
    const before = process.cpuUsage()
    assert.lengthOf(combinations(`{ ${axes}, exclude: [${patterns}, { a: 9, b: 3 }, { b: 2 }] }`), 98_900)
    assert.isBelow(process.cpuUsage(before).user, 2_000_000)
  })

  const Size = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 4 }))

  it.prop(
    "makes every combination once, less the excluded ones",
    { a: Size, b: Size, c: Size, excluded: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 4 })) },
    ({ a, b, c, excluded }) => {
      const ranges = `a: "\${{ range(${a}) }}", b: "\${{ range(${b}) }}", c: "\${{ range(${c}) }}"`
      const found = combinations(`{ ${ranges}, exclude: [{ b: ${excluded} }] }`)
      const left = excluded < b ? b - 1 : b
      return found.length === a * left * c && new Set(found.map(canonicalText)).size === found.length
    }
  )
})
