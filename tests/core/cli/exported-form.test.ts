import { assert, describe, it } from "@effect/vitest"
import { Result } from "effect"
import { exporterOf, refusalOf } from "../../../core/cli/exported-form.ts"
import { tableFromCsv, tensorFromCsv } from "../../../core/codec/csv.ts"
import { tensorFromJson } from "../../../core/codec/nested-lists.ts"
import type { Table, Tensor } from "../../../core/stage/ArtifactKind.ts"

const tensorText = (ending: string, tensor: Tensor) =>
  Result.flatMap(
    Result.fromNullishOr(exporterOf("Tensor", `x${ending}`), () => undefined),
    (write) => write(tensor)
  )

const tableText = (ending: string, table: Table) =>
  Result.flatMap(
    Result.fromNullishOr(exporterOf("Table", `x${ending}`), () => undefined),
    (write) => write(table)
  )

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

const MATRIX: Tensor = { shape: [2, 3], data: Float64Array.of(1, -2.5, 1e-300, Number.NaN, Infinity, 0.1) }

const TABLE: Table = {
  columns: { name: ["plain", 'a, "b"', "two\nlines"], "of size": Float64Array.of(1, 0.5, Number.NaN) }
}

describe("exporterOf", () => {
  it("writes a tensor of two axes as CSV that is read back as it was, and one of one axis as a column", () => {
    const text = Result.getOrThrow(tensorText(".csv", MATRIX))
    assert.strictEqual(text, "1,-2.5,1e-300\nNaN,Infinity,0.1\n")
    assert.deepStrictEqual(Result.getOrThrow(tensorFromCsv(bytes(text))), MATRIX)
    assert.strictEqual(Result.getOrThrow(tensorText(".CSV", { shape: [2], data: Int32Array.of(4, 5) })), "4\n5\n")
    assert.strictEqual(Result.getOrThrow(tensorText(".csv", { shape: [], data: Float64Array.of(7) })), "7\n")
    const deep = tensorText(".csv", { shape: [1, 1, 1], data: Float64Array.of(7) })
    assert.match(String(Result.isFailure(deep) && deep.failure), /the tensor has 3 axes/u)
  })

  it("writes a tensor as nested lists that are read back as it was, where JSON has its numbers", () => {
    for (const shape of [[2, 1, 3], [6], [3, 2]]) {
      const tensor = { shape, data: Float64Array.of(1, 2, 3, 4, 5, 6.5) }
      const text = Result.getOrThrow(tensorText(".json", tensor))
      assert.deepStrictEqual(Result.getOrThrow(tensorFromJson(JSON.parse(text))), tensor)
    }
    assert.match(String(tensorText(".json", MATRIX)), /no NaN/u)
  })

  it("writes a table as CSV that is read back as it was, and as JSON row by row", () => {
    const text = Result.getOrThrow(tableText(".csv", TABLE))
    assert.deepStrictEqual(Result.getOrThrow(tableFromCsv(bytes(text))), TABLE)
    assert.match(String(tableText(".json", TABLE)), /no NaN/u)
    const small = { columns: { name: ["a", "b"], size: Int32Array.of(1, 2) } }
    assert.deepStrictEqual(JSON.parse(Result.getOrThrow(tableText(".json", small))), [
      { name: "a", size: 1 },
      { name: "b", size: 2 }
    ])
  })

  it("leaves the stored forms, and names that promise nothing, to the store", () => {
    for (const name of ["x.npy", "x.NPY", "x.bin", "x", "a.csv/x"]) {
      assert.strictEqual(exporterOf("Tensor", name), undefined, name)
      assert.strictEqual(refusalOf("Tensor", name), undefined, name)
    }
  })
})

describe("refusalOf", () => {
  it("says which endings a kind takes when the name promises another format", () => {
    assert.strictEqual(refusalOf("Tensor", "x.png"), "a Tensor is written as .npy, .csv, .json, not .png")
    assert.strictEqual(refusalOf("Json", "x.csv"), "a Json is written as .json, not .csv")
    assert.strictEqual(refusalOf("Figure", "x.npy"), "a Figure is written as .json, .svg, .png, not .npy")
    assert.strictEqual(refusalOf("Model", "x.npz"), "a Model is written as .safetensors, not .npz")
    assert.strictEqual(refusalOf("Figure", "x.svg"), undefined)
    assert.strictEqual(refusalOf("Directory", "archive.csv"), undefined)
  })
})
