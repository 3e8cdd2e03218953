import { assert, describe, it } from "@effect/vitest"
import { Result } from "effect"
import { decode } from "../../../core/document/decode.ts"
import type { PipelineDocument } from "../../../core/document/PipelineDocument.ts"
import { type ChosenParams, type ParamPlace, ParamPlaces } from "../../../core/document/param-place.ts"
import { resolveParams } from "../../../core/document/resolve-params.ts"

const TEXT = `name: p
params: { width: 4, twice: "\${{ params.width * 2 }}", both: "\${{ params.width + params.twice }}", seeds: 3 }
profiles:
  small: { width: 2 }
stages:
  one:
    uses: a/b
    matrix: { seed: "\${{ range(params.seeds) }}", kind: [x, y] }
    with:
      literal: 1
      width: "\${{ params.width }}"
      twice: "\${{ params.twice }}"
      both: "\${{ params.both }}"
      seed: "\${{ matrix.seed }}"
      kind: "k-\${{ matrix.kind }}"
      network: { depth: 4, layers: [1, "\${{ params.width }}"] }
  grown: { uses: a/b, matrix: { seed: "\${{ range(params.seeds) }}" } }
`

const document = Result.getOrThrow(decode("p.yaml", TEXT))

const chosen = (profile = "default", ...overrides: ReadonlyArray<{ key: string; text: string }>): ChosenParams =>
  Result.getOrThrow(resolveParams(document, { profile, overrides, files: [] }))

/** The text of the file at a place, to the end of the line. */
const written = (place: ParamPlace | undefined): string | undefined => {
  if (place === undefined || place === "command line") return place
  if ("variable" in place) return `variable ${place.variable}`
  return TEXT.split("\n")[place.line - 1]?.slice(place.column - 1, place.column - 1 + place.length)
}

/** Of a time when every value was another. */
const before = (params: ChosenParams["params"]) => ({
  params: Object.fromEntries(Object.keys(params).map((name) => [name, "other"])),
  matrix: { seed: "other", kind: "other" }
})

/** The place of a parameter, where all that it can refer to has changed. */
const paramPlace = (file: PipelineDocument, stage: string, path: string, now: ChosenParams) =>
  new ParamPlaces(file, now).of(stage, path, { matrix: { seed: 1, kind: "x" }, before: before(now.params) })

const matrixPlace = (file: PipelineDocument, stage: string, now: ChosenParams) =>
  new ParamPlaces(file, now).matrix(stage, before(now.params).params)

describe("a parameter that is made of a variable", () => {
  const file = Result.getOrThrow(
    decode(
      "p.yaml",
      `name: p
env: { SEED: "1", HOST: }
params: { seed: "\${{ env.SEED }}", host: "\${{ env.HOST }}", path: "/\${{ params.host }}", width: 4 }
stages:
  one: { uses: a/b, with: { seed: "\${{ params.seed }}", path: "\${{ params.path }}", width: "\${{ params.width }}" } }
`
    )
  )
  const params = { seed: "2", host: "a", path: "/a", width: 5 }
  const placeOf = (path: string, now: ChosenParams): unknown => {
    const place = paramPlace(file, "one", path, now)
    return typeof place === "object" && "line" in place ? place.line : place
  }

  it("comes from that, and from the command line where it is another", () => {
    const now = { profile: "default", params, env: { SEED: "2", HOST: "b" } }
    assert.deepStrictEqual(placeOf("seed", now), { variable: "SEED" })
    assert.strictEqual(placeOf("path", now), "command line")
    assert.strictEqual(placeOf("seed", { ...now, params: { ...params, seed: "1" }, env: { HOST: "a" } }), 3)
  })

  it("comes from that too where nothing tells what the variable was", () => {
    const then = { profile: "default", params }
    assert.deepStrictEqual(placeOf("seed", then), { variable: "SEED" })
    assert.deepStrictEqual(placeOf("path", then), { variable: "HOST" })
    assert.strictEqual(placeOf("width", then), "command line")
    assert.strictEqual(placeOf("seed", { ...then, params: { ...params, seed: "1" } }), 3)
  })
})

describe("the place of a condition", () => {
  const text = TEXT.replace(
    "  grown: {",
    `  some: { uses: a/b, when: "\${{ params.twice > 1 && params.seeds > 1 }}" }\n  grown: {`
  )
  const file = Result.getOrThrow(decode("p.yaml", text))

  it("comes with the parameters in it that are others than before, each with its own", () => {
    const now = Result.getOrThrow(
      resolveParams(file, { profile: "default", overrides: [{ key: "seeds", text: "4" }], files: [] })
    )
    const found = (params: ChosenParams["params"]) => new ParamPlaces(file, now).condition("some", params)
    const { at } = found(now.params) ?? {}
    assert.deepInclude(at, { line: 17 })
    assert.deepStrictEqual(found(now.params)?.params, [])
    assert.deepStrictEqual(found({ ...now.params, seeds: 3 })?.params, [{ name: "seeds", at: "command line" }])
    const [twice] = found({ ...now.params, width: 3, twice: 6 })?.params ?? []
    assert.deepStrictEqual([twice?.name, written(twice?.at)], ["twice", "4"])
    assert.deepNestedInclude(new ParamPlaces(file, now).condition("grown", now.params), { "at.line": 18, params: [] })
  })
})

describe("the place of a parameter", () => {
  it.each([
    ["literal", "1"],
    ["width", "4"],
    ["twice", "4"],
    ["both", '"${{ params.width + params.twice }}"'],
    ["seed", "3"],
    ["kind", "[x, y]"],
    ["network.depth", "4"],
    ["network.layers.1", "4"]
  ])("of %s is the place of what it is made of alone: %s", (path, expected) => {
    assert.strictEqual(written(paramPlace(document, "one", path, chosen())), expected)
  })

  it("is its own where what it is made of is as it was, or nothing tells", () => {
    const now = chosen()
    const places = new ParamPlaces(document, now)
    const matrix = { seed: 1, kind: "x" }
    const of = (path: string, params: ChosenParams["params"] | undefined, seed = 1) =>
      written(places.of("one", path, { matrix, before: params && { params, matrix: { seed, kind: "x" } } }))
    assert.strictEqual(of("width", now.params), '"${{ params.width }}"')
    // The parameter was edited, and not what it is made of.
    assert.strictEqual(of("twice", { ...now.params, twice: 1 }), '"${{ params.width * 2 }}"')
    assert.strictEqual(of("twice", { ...now.params, twice: 1, width: 1 }), "4")
    assert.strictEqual(of("seed", now.params), '"${{ matrix.seed }}"')
    assert.strictEqual(of("seed", now.params, 2), '"${{ range(params.seeds) }}"')
    assert.strictEqual(of("width", undefined), '"${{ params.width }}"')
    assert.strictEqual(of("width", {}), '"${{ params.width }}"')
  })

  it("is in the profile that gives the value", () => {
    const place = paramPlace(document, "one", "width", chosen("small"))
    assert.deepInclude(place, { line: 4, column: 19 })
  })

  it("is the command line where an override gives the value", () => {
    const params = chosen("default", { key: "width", text: "9" })
    assert.strictEqual(paramPlace(document, "one", "width", params), "command line")
    assert.strictEqual(written(paramPlace(document, "one", "literal", params)), "1")
  })

  it("is in the file that a part of the pipeline was included from, or where that was given another value", () => {
    const part =
      'params: { size: 7, other: 1 }\nstages: { two: { uses: a/b, with: { n: "${{ params.size }}", m: "${{ params.other }}" } } }'
    const whole =
      'name: p\nparams: { w: 5 }\ninclude: [{ file: part.yaml, as: x, params: { size: "${{ params.w }}" } }]'
    const included = Result.getOrThrow(decode("p.yaml", whole, () => Result.succeed(part)))
    const params = Result.getOrThrow(resolveParams(included, { profile: undefined, overrides: [], files: [] }))
    assert.deepInclude(paramPlace(included, "x-two", "n", params), { file: "p.yaml", line: 2, column: 14 })
    assert.deepInclude(paramPlace(included, "x-two", "m", params), { file: "part.yaml", line: 1, column: 27 })
  })

  it("is nowhere for what the file does not say", () => {
    assert.isUndefined(paramPlace(document, "one", "other", chosen()))
    assert.isUndefined(paramPlace(document, "grown", "seed", chosen()))
    assert.isUndefined(paramPlace(document, "none", "width", chosen()))
  })
})

describe("the place of a matrix", () => {
  it("is what the only dimension is made of, or the only one that is another, or else the matrix as a whole", () => {
    assert.strictEqual(written(matrixPlace(document, "grown", chosen())), "3")
    assert.strictEqual(written(matrixPlace(document, "one", chosen())), "3")
    const asBefore = new ParamPlaces(document, chosen()).matrix("one", chosen().params)
    assert.deepInclude(asBefore, { line: 8, column: 13 })
    assert.isUndefined(matrixPlace(document, "none", chosen()))
  })
})

describe("an input whose references are made of expressions", () => {
  const text = `name: p
params: { of: x }
stages:
  a: { uses: a/b, matrix: { kind: [x, y], seed: [1, 2] } }
  b:
    uses: a/c
    matrix: { seed: [1, 2] }
    inputs:
      one: "a@kind=\${{ params.of }}.out"
      two: "a@kind=\${{ params.of }},seed=\${{ matrix.seed }}.out"
      three: a@kind=x.out
`
  const file = Result.getOrThrow(decode("p.yaml", text))
  const placeOf = (port: string, before: string) => {
    const now = Result.getOrThrow(
      resolveParams(file, { profile: "default", overrides: [{ key: "of", text: "y" }], files: [] })
    )
    const then = { params: { of: before }, matrix: { seed: 1 } }
    const place = new ParamPlaces(file, now).input("b", port, { matrix: { seed: 1 }, before: then })
    return typeof place === "object" && "line" in place ? place.line : place
  }

  it("is led back to the only value that they name, where that is another", () => {
    assert.strictEqual(placeOf("one", "x"), "command line")
    assert.strictEqual(placeOf("one", "y"), 9)
    assert.strictEqual(placeOf("two", "x"), 10)
    assert.strictEqual(placeOf("three", "x"), 11)
    assert.strictEqual(placeOf("four", "x"), 5)
  })
})
