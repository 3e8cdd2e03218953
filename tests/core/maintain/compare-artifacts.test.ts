import { assert, describe, it } from "@effect/vitest"
import { Result } from "effect"
import * as Codec from "../../../core/codec/Codec.ts"
import { compareArtifacts } from "../../../core/maintain/compare-artifacts.ts"
import type { ArtifactKind } from "../../../core/stage/ArtifactKind.ts"

const files = (kind: ArtifactKind, value: unknown) => Result.getOrThrow(Codec.encode(kind, value))

const compared = (kind: ArtifactKind, before: unknown, after: unknown, tolerance = 0) =>
  compareArtifacts(kind, files(kind, before), files(kind, after), tolerance)

/** `place: before → after`. */
const first = (kind: ArtifactKind, before: unknown, after: unknown, tolerance = 0): string | undefined => {
  const { first: found } = compared(kind, before, after, tolerance)
  return found && `${found.place}: ${found.before} → ${found.after}`
}

const tensor = (values: ReadonlyArray<number>, shape: ReadonlyArray<number> = [values.length]) => ({
  shape,
  data: Float64Array.from(values)
})

const bytes = (text: string) => new TextEncoder().encode(text)

describe("compareArtifacts", () => {
  it.each<readonly [ArtifactKind, unknown, unknown, string]>([
    ["Tensor", tensor([1, 2, 3, 4, 5, 6], [2, 3]), tensor([1, 2, 3, 4, 9, 7], [2, 3]), "element [1, 1]: 5 → 9"],
    ["Tensor", tensor([0]), tensor([-0]), "element [0]: 0 → 0"],
    ["Tensor", tensor([1, 2]), tensor([1, 2], [2, 1]), "the shape: 2 → 2×1"],
    ["Tensor", tensor([1]), { shape: [1], data: Float32Array.of(1) }, "the element type: f64 → f32"],
    ["Tensor", tensor([7], []), tensor([8], []), "element []: 7 → 8"],
    [
      "Table",
      { columns: { a: Float64Array.of(1, 2), b: ["x", "y"] } },
      { columns: { a: Float64Array.of(1, 2), b: ["x", "z"] } },
      'row 1 of column "b": "y" → "z"'
    ],
    [
      "Table",
      { columns: { a: Float64Array.of(1, 2) } },
      { columns: { a: Float64Array.of(1, 2, 3) } },
      'the number of rows of column "a": 2 → 3'
    ],
    ["Table", { columns: { a: ["x"] } }, { columns: { a: ["x"], b: ["y"] } }, "column 1: (none) → b"],
    ["Json", { rows: [{ loss: 1 }, { loss: 2 }] }, { rows: [{ loss: 1 }, { loss: 3 }] }, "$.rows[1].loss: 2 → 3"],
    ["Json", { "a b": [1] }, { "a b": [1, 2] }, '$["a b"][1]: (none) → 2'],
    ["Json", [1], { 0: 1 }, '$: [1] → {"0":1}'],
    ["Json", { a: null }, { a: "x" }, '$.a: null → "x"'],
    ["Metrics", { loss: 0.5 }, { loss: 0.25 }, "$.loss: 0.5 → 0.25"],
    ["Figure", { spec: { mark: "bar" } }, { spec: { mark: "line" } }, '$.spec.mark: "bar" → "line"'],
    [
      "Model",
      { tensors: { w: tensor([1]), b: tensor([1, 2]) }, metadata: {} },
      { tensors: { w: tensor([1]), b: tensor([1, 4]) }, metadata: {} },
      'element [1] of tensor "b": 2 → 4'
    ],
    [
      "Model",
      { tensors: {}, metadata: { by: "a" } },
      { tensors: {}, metadata: { by: "b" } },
      'the metadata.by: "a" → "b"'
    ],
    [
      "Directory",
      { files: { "a/b.txt": bytes("xyz") } },
      { files: { "a/b.txt": bytes("xaz") } },
      "byte 1 of a/b.txt: 121 → 97"
    ],
    ["Directory", { files: { a: bytes("x") } }, { files: { a: bytes("xy") } }, "the size of a: 1 bytes → 2 bytes"],
    ["Directory", { files: { a: bytes("x") } }, { files: { b: bytes("x") } }, "file a: 1 bytes → (none)"]
  ])("names where a %s begins to differ: %#", (kind, before, after, expected) => {
    assert.strictEqual(first(kind, before, after), expected)
    assert.isUndefined(first(kind, before, before))
    assert.isDefined(first(kind, after, before))
  })

  it("allows numbers to differ by the tolerance, and says by how much they do", () => {
    const [a, b] = [tensor([1, 100, Number.NaN]), tensor([1, 101, Number.NaN])]
    const { first: found, largest } = compared("Tensor", a, b, 0.01)
    assert.isUndefined(found)
    assert.approximately(largest, 1 / 101, 1e-15)
    assert.strictEqual(first("Tensor", a, b, 0.005), "element [1]: 100 → 101")
    assert.isUndefined(first("Json", { x: [1] }, { x: [1.001] }, 0.01))
    assert.strictEqual(first("Json", { x: [1], y: "a" }, { x: [1.001], y: "b" }, 0.01), '$.y: "a" → "b"')
    assert.strictEqual(first("Tensor", tensor([Number.NaN]), tensor([1]), 0.5), "element [0]: NaN → 1")
    assert.isUndefined(first("Tensor", tensor([0]), tensor([-0]), 1e-9))
  })

  it("names the byte where values are alike, and where there are none", () => {
    const [payload, plain] = [new Float64Array(1), Float64Array.of(Number.NaN)]
    new DataView(payload.buffer).setBigUint64(0, 0x7ff8000000000001n, true)
    assert.match(
      first("Tensor", { shape: [1], data: payload }, { shape: [1], data: plain }) ?? "",
      /^byte \d+ of tensor\.npy: 1 → 0$/u
    )
    const broken = [{ path: "value.json", bytes: bytes("{") }]
    assert.strictEqual(compareArtifacts("Json", broken, files("Json", 1), 0.5).first?.place, "byte 0 of value.json")
  })
})
