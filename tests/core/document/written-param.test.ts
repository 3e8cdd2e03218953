import { assert, describe, it } from "@effect/vitest"
import { Result } from "effect"
import { decode } from "../../../core/document/decode.ts"
import { type WrittenParam, writtenParam } from "../../../core/document/written-param.ts"

const TEXT = `name: p
params: { width: 4, nets: [{ name: small, depth: 2 }], scale: 2 }
stages:
  one:
    uses: a/b
    matrix:
      net: "\${{ params.nets }}"
      lr: "\${{ [0.1 * params.scale, 0.2 * params.scale] }}"
      both: "\${{ [matrix.lr, 1] }}"
      kind: [x, y]
      include: [{ kind: z, extra: "\${{ params.width }}" }]
    with:
      literal: 1
      area: "\${{ params.width * params.width }}"
      text: "\${{ matrix.kind }} of \${{ params.width }}"
      network: { depth: "\${{ matrix.net.depth }}", layers: [1, 2] }
      both: "\${{ matrix.both }}"
  two: { uses: command, run: [echo, "\${{ params.width }}"], outputs: { m: { path: m.json, kind: Json } } }
`

const written = (path: string, text = TEXT, stage = "one"): WrittenParam | undefined =>
  writtenParam(Result.getOrThrow(decode("p.yaml", text)), stage, path)

describe("writtenParam", () => {
  it.each([
    ["one", "literal", []],
    ["one", "area", ["width"]],
    ["one", "text", ["width"]],
    ["one", "network.depth", ["nets"]],
    ["one", "network.layers", []],
    // A dimension may be made of another.
    ["one", "both", ["scale"]],
    ["two", "run[0]", []],
    ["two", "run[1]", ["width"]]
  ])("tells of %s.%s which parameters of the pipeline go into it", (stage, path, params) => {
    assert.deepStrictEqual(written(path, TEXT, stage)?.params, params)
  })

  it("tells which dimensions come from lists that tasks make, also behind others", () => {
    const text = `name: p
params: { x: 1, a-b: 2 }
stages:
  grid: { uses: a/b }
  one:
    uses: a/b
    matrix: { m: { from: grid.list }, n: "\${{ [matrix.m.w, 1] }}", k: [1] }
    with: { i: "\${{ matrix.n + params.x }}", j: '\${{ matrix.k * params["a-b"] }}' }
`
    assert.deepInclude(written("i", text), { params: ["x"], made: ["m"] })
    assert.deepInclude(written("j", text), { params: ["a-b"], made: [] })
  })

  it("knows nothing of what the file does not say", () => {
    assert.strictEqual(written("other"), undefined)
    assert.strictEqual(written("literal", TEXT, "three"), undefined)
  })

  it("gives the same words for the same words in another place", () => {
    const moved = TEXT.replace("stages:\n", "stages:\n\n  # moved\n").replace("literal: 1", "literal:   1")
    for (const path of ["literal", "text", "network.depth"]) {
      assert.strictEqual(written(path, moved)?.words, written(path)?.words)
    }
  })

  it.each([
    ["literal", "literal: 1", "literal: 2"],
    ["area", "params.width * params.width", "params.width + params.width"],
    ["text", "[x, y]", "[x, w]"],
    ["text", "kind: z", "kind: v"],
    ["both", "0.2 * params.scale", "0.3 * params.scale"],
    ["network.layers", "[1, 2]", "[1, 3]"]
  ])("gives other words for %s where %s has become %s", (path, from, to) => {
    assert.include(TEXT, from)
    assert.notStrictEqual(written(path, TEXT.replace(from, to))?.words, written(path)?.words)
  })
})
