import { assert, describe, it } from "@effect/vitest"
import { Result } from "effect"
import { decodeSafetensors, encodeSafetensors } from "../../../core/codec/safetensors.ts"
import type { Model } from "../../../core/stage/ArtifactKind.ts"
import { damaged, reasonOf, successOf } from "./results.ts"

const MODEL: Model = {
  tensors: {
    scale: { shape: [], data: Float64Array.of(-0) },
    "layer.1": { shape: [2, 2], data: Float32Array.of(1, Number.NaN, Number.POSITIVE_INFINITY, -4) },
    "layer.0": { shape: [3], data: Float32Array.of(1, 2, 3) },
    mask: { shape: [3], data: Uint8Array.of(0, 1, 255) },
    steps: { shape: [1], data: Int32Array.of(-7) },
    none: { shape: [0, 4], data: new Float32Array(0) }
  },
  metadata: { format: "athanor", author: "é" }
}

interface Entry {
  readonly dtype: string
  readonly shape: ReadonlyArray<number>
  readonly data_offsets: readonly [number, number]
}

/** A file with a header as it is written by hand. */
const file = (header: unknown, body: ArrayLike<number>): Uint8Array => {
  const text = typeof header === "string" ? header : JSON.stringify(header)
  const bytes = new Uint8Array(8 + text.length + body.length)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true)
  bytes.set(Buffer.from(text), 8)
  bytes.set(Array.from(body), 8 + text.length)
  return bytes
}

const one = (dtype: string, shape: ReadonlyArray<number>, body: ArrayLike<number>): Uint8Array =>
  file({ x: { dtype, shape, data_offsets: [0, body.length] } }, body)

const dataOf = (dtype: string, count: number, body: ArrayLike<number>) =>
  successOf(decodeSafetensors(one(dtype, [count], body))).tensors["x"]?.data

const headerOf = (bytes: Uint8Array): { readonly start: number; readonly text: string } => {
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true))
  return { start: 8 + length, text: new TextDecoder().decode(bytes.subarray(8, 8 + length)) }
}

describe("encodeSafetensors and decodeSafetensors", () => {
  it("bring back tensors of every type and shape, and the metadata", () => {
    assert.deepStrictEqual(successOf(decodeSafetensors(encodeSafetensors(MODEL))), MODEL)
  })

  it("bring back a model without anything", () => {
    const empty = { tensors: {}, metadata: {} }
    assert.deepStrictEqual(successOf(decodeSafetensors(encodeSafetensors(empty))), empty)
  })

  it("read a file that lies at an odd place of a larger buffer", () => {
    const bytes = encodeSafetensors(MODEL)
    const larger = new Uint8Array(bytes.length + 5)
    larger.set(bytes, 5)
    assert.deepStrictEqual(successOf(decodeSafetensors(larger.subarray(5))), MODEL)
  })
})

describe("encodeSafetensors", () => {
  it("pads the header with spaces, so that the data starts at a multiple of 8 bytes", () => {
    for (let length = 1; length <= 16; length++) {
      const name = "n".repeat(length)
      const bytes = encodeSafetensors({ tensors: { [name]: { shape: [1], data: Float64Array.of(1) } }, metadata: {} })
      const { start, text } = headerOf(bytes)
      assert.strictEqual(start % 8, 0)
      assert.match(text, /^\{.*\} {0,7}$/u)
      assert.strictEqual(bytes.length, start + 8)
    }
  })

  it("writes wide elements first and then by name, without gaps, each where its type is aligned", () => {
    const bytes = encodeSafetensors(MODEL)
    const { __metadata__: metadata, ...entries } = JSON.parse(headerOf(bytes).text) as { [name: string]: Entry }
    assert.deepStrictEqual(metadata as unknown, { author: "é", format: "athanor" })
    assert.deepStrictEqual(Object.keys(entries), ["scale", "layer.0", "layer.1", "none", "steps", "mask"])
    let end = 0
    for (const { dtype, data_offsets: offsets } of Object.values(entries)) {
      assert.strictEqual(offsets[0], end)
      assert.strictEqual(offsets[0] % (Number(dtype.slice(1)) / 8), 0)
      end = offsets[1]
    }
    assert.strictEqual(headerOf(bytes).start + end, bytes.length)
  })

  it("gives equal models equal bytes, in whatever order their names were added", () => {
    const turned = <A>(map: { readonly [name: string]: A }) => Object.fromEntries(Object.entries(map).reverse())
    const other = { tensors: turned(MODEL.tensors), metadata: turned(MODEL.metadata) }
    assert.deepStrictEqual(encodeSafetensors(other), encodeSafetensors(MODEL))
  })
})

describe("decodeSafetensors", () => {
  it("reads half precision: ones, the largest, the least normal and subnormal, zeros, infinities", () => {
    const halves: ReadonlyArray<readonly [bits: number, value: number]> = [
      [0x3c00, 1],
      [0xc000, -2],
      [0x3555, 1365 / 4096],
      [0x7bff, 65504],
      [0x0400, 2 ** -14],
      [0x0001, 2 ** -24],
      [0x03ff, 1023 * 2 ** -24],
      [0x0000, 0],
      [0x8000, -0],
      [0x7c00, Number.POSITIVE_INFINITY],
      [0xfc00, Number.NEGATIVE_INFINITY],
      [0x7e00, Number.NaN]
    ]
    const body = halves.flatMap(([bits]) => [bits & 0xff, bits >> 8])
    assert.deepStrictEqual(
      dataOf("F16", halves.length, body),
      Float32Array.from(halves, ([, value]) => value)
    )
  })

  it("reads bfloat16 as the upper half of float32", () => {
    // 0x3f80 is 1, 0x4049 is the start of π, 0xff80 is −∞, 0x8000 is −0.
    const body = [0x80, 0x3f, 0x49, 0x40, 0x80, 0xff, 0x00, 0x80]
    assert.deepStrictEqual(dataOf("BF16", 4, body), Float32Array.of(1, 3.140625, Number.NEGATIVE_INFINITY, -0))
  })

  it("reads the integer types", () => {
    assert.deepStrictEqual(dataOf("I64", 1, [0xfe, 255, 255, 255, 255, 255, 255, 255]), Float64Array.of(-2))
    assert.deepStrictEqual(dataOf("U32", 1, [255, 255, 255, 255]), Float64Array.of(4294967295))
    assert.deepStrictEqual(dataOf("I16", 1, [0x00, 0x80]), Int32Array.of(-32768))
    assert.deepStrictEqual(dataOf("I8", 1, [0x80]), Int32Array.of(-128))
    assert.deepStrictEqual(dataOf("BOOL", 2, [0, 1]), Uint8Array.of(0, 1))
    assert.include(reasonOf(decodeSafetensors(one("U64", [1], Array(8).fill(255)))), "18446744073709551615")
  })

  it("refuses what does not fit, naming the tensor", () => {
    const reason = (bytes: Uint8Array) => reasonOf(decodeSafetensors(bytes))
    assert.match(reason(one("F32", [2, 3], [1, 2])), /"x".*2×3.* 24 bytes.* 2$/u)
    assert.match(reason(file({ x: { dtype: "F32", shape: [1], data_offsets: [0, 4] } }, [])), /"x"/u)
    assert.match(reason(one("F8_E4M3", [1], [1])), /"x".*F8_E4M3/u)
    assert.match(reason(file({ x: { dtype: "F32", shape: [-1], data_offsets: [0, 4] } }, [0, 0, 0, 0])), /"x"/u)
    assert.match(reason(file({ x: 1 }, [])), /"x"/u)
    for (const text of ["[]", "{", "1", "null"]) assert.match(reason(file(text, [])), /^safetensors: /u)
    assert.match(reason(new Uint8Array(7)), /header/u)
    assert.match(reason(new Uint8Array(16).fill(255)), /header/u)
  })

  it("never throws on bytes that were cut off or changed, and never gives a shape that does not fit", () => {
    for (const bytes of damaged(encodeSafetensors(MODEL))) {
      const result = decodeSafetensors(bytes)
      if (Result.isFailure(result)) continue
      for (const { shape, data } of Object.values(result.success.tensors)) {
        assert.strictEqual(
          shape.reduce((count, length) => count * length, 1),
          data.length
        )
      }
    }
  })
})
