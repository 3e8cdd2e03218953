import { assert, describe, it } from "@effect/vitest"
import { Result } from "effect"
import { bytesOf } from "../../../core/codec/elements.ts"
import { decodeNpy, encodeNpy } from "../../../core/codec/npy.ts"
import type { Tensor } from "../../../core/stage/ArtifactKind.ts"
import { damaged, reasonOf, successOf } from "./results.ts"

/** A version 1.0 file as NumPy would write it. */
const npy = (descr: string, shape: string, body: ArrayLike<number>, fortran = "False"): Uint8Array => {
  const fields = `{'descr': '${descr}', 'fortran_order': ${fortran}, 'shape': ${shape}, }`
  const header = `${fields.padEnd(117)}\n`
  return Uint8Array.from([
    ...[0x93, ...Buffer.from("NUMPY"), 1, 0, header.length, 0],
    ...Buffer.from(header),
    ...Array.from(body)
  ])
}

const bytesBy = (count: number, write: (view: DataView) => void): Uint8Array => {
  const bytes = new Uint8Array(count)
  write(new DataView(bytes.buffer))
  return bytes
}

const headerOf = (bytes: Uint8Array): string => {
  const length = bytes[8]! + 256 * bytes[9]!
  return Buffer.from(bytes.subarray(10, 10 + length)).toString("latin1")
}

const TENSORS: { readonly [name: string]: Tensor } = {
  "a float64 matrix": { shape: [2, 3], data: Float64Array.of(1, -2.5, Math.PI, 4, 5e-324, Number.MAX_VALUE) },
  "a float32 vector": { shape: [3], data: Float32Array.of(0.1, -1e30, 2 ** -149) },
  "an int32 cube": { shape: [2, 1, 2], data: Int32Array.of(-(2 ** 31), 2 ** 31 - 1, 0, -1) },
  "a uint8 vector": { shape: [4], data: Uint8Array.of(0, 1, 128, 255) },
  "a scalar": { shape: [], data: Float64Array.of(42) },
  "an empty vector": { shape: [0], data: new Float32Array(0) },
  "an empty matrix": { shape: [3, 0], data: new Int32Array(0) }
}

describe("encodeNpy and decodeNpy", () => {
  for (const [name, tensor] of Object.entries(TENSORS)) {
    it(`bring back ${name}`, () => {
      assert.deepStrictEqual(successOf(decodeNpy(encodeNpy(tensor))), tensor)
    })
  }

  it("keep NaN with its payload, negative zero and the infinities bit for bit", () => {
    const data = Float64Array.of(Number.NaN, -0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0)
    new DataView(data.buffer).setBigUint64(32, 0x7ff8_0000_0000_beefn, true)
    const back = successOf(decodeNpy(encodeNpy({ shape: [5], data })))
    assert.deepStrictEqual(bytesOf(back.data), bytesOf(data))
  })

  it("write a part of a buffer as that part", () => {
    const data = new Float64Array(Float64Array.of(1, 2, 3, 4).buffer, 8, 2)
    assert.deepStrictEqual(successOf(decodeNpy(encodeNpy({ shape: [2], data }))).data, Float64Array.of(2, 3))
  })

  it("read a file that lies at an odd place of a larger buffer", () => {
    const file = encodeNpy({ shape: [2], data: Float64Array.of(1.5, 2.5) })
    const larger = new Uint8Array(file.length + 3)
    larger.set(file, 3)
    assert.deepStrictEqual(successOf(decodeNpy(larger.subarray(3))).data, Float64Array.of(1.5, 2.5))
  })
})

describe("encodeNpy", () => {
  it("writes the magic, version 1.0 and a header that ends with a line break at a multiple of 64 bytes", () => {
    for (const shape of [[], [1], [7], [1, 1], Array.from({ length: 30 }, () => 1), [1, 1, 1, 1, 1, 1, 1]]) {
      const bytes = encodeNpy({ shape, data: new Float64Array(shape.reduce((a, b) => a * b, 1)) })
      assert.deepStrictEqual([...bytes.subarray(0, 8)], [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0])
      assert.strictEqual((10 + headerOf(bytes).length) % 64, 0)
      assert(headerOf(bytes).endsWith("\n"))
    }
  })

  it("writes the dictionary that NumPy writes", () => {
    const header = (tensor: Tensor): string => headerOf(encodeNpy(tensor)).trimEnd()
    assert.strictEqual(
      header({ shape: [2, 3], data: new Float64Array(6) }),
      "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }"
    )
    assert.include(header({ shape: [6], data: new Float32Array(6) }), "'<f4', 'fortran_order': False, 'shape': (6,)")
    assert.include(header({ shape: [], data: new Int32Array(1) }), "'<i4', 'fortran_order': False, 'shape': ()")
    assert.include(header({ shape: [0], data: new Uint8Array(0) }), "'|u1', 'fortran_order': False, 'shape': (0,)")
  })

  it("writes little-endian numbers in row-major order after the header", () => {
    const bytes = encodeNpy({ shape: [2], data: Int32Array.of(1, -2) })
    assert.deepStrictEqual([...bytes.subarray(128)], [1, 0, 0, 0, 0xfe, 0xff, 0xff, 0xff])
    assert.deepStrictEqual(bytes, npy("<i4", "(2,)", [1, 0, 0, 0, 0xfe, 0xff, 0xff, 0xff]))
  })

  it("gives equal tensors equal bytes", () => {
    const make = () => encodeNpy({ shape: [2, 2], data: Float64Array.of(1, 2, 3, 4) })
    assert.deepStrictEqual(make(), make())
  })
})

describe("decodeNpy", () => {
  it("reads big-endian numbers", () => {
    const floats = bytesBy(16, (view) => {
      view.setFloat64(0, 1.25)
      view.setFloat64(8, -3)
    })
    assert.deepStrictEqual(successOf(decodeNpy(npy(">f8", "(2,)", floats))).data, Float64Array.of(1.25, -3))
    assert.deepStrictEqual(successOf(decodeNpy(npy(">i4", "(1,)", [0, 0, 1, 2]))).data, Int32Array.of(258))
    assert.deepStrictEqual(successOf(decodeNpy(npy(">i2", "(1,)", [0xff, 0xfe]))).data, Int32Array.of(-2))
  })

  it("reads the other number types of NumPy as types that hold their values", () => {
    const data = (descr: string, count: number, body: ArrayLike<number>) =>
      successOf(decodeNpy(npy(descr, `(${count},)`, body))).data
    assert.deepStrictEqual(data("<f2", 2, [0x00, 0x3c, 0x00, 0xc0]), Float32Array.of(1, -2))
    assert.deepStrictEqual(data("|i1", 2, [0xff, 0x7f]), Int32Array.of(-1, 127))
    assert.deepStrictEqual(data("<u2", 1, [0xff, 0xff]), Int32Array.of(65535))
    assert.deepStrictEqual(data("<u4", 1, [0xff, 0xff, 0xff, 0xff]), Float64Array.of(2 ** 32 - 1))
    assert.deepStrictEqual(data("|b1", 2, [0, 1]), Uint8Array.of(0, 1))
  })

  it("rewrites Fortran order as row-major order", () => {
    // [[1, 2, 3], [4, 5, 6]] column by column.
    const matrix = npy("|u1", "(2, 3)", [1, 4, 2, 5, 3, 6], "True")
    assert.deepStrictEqual(successOf(decodeNpy(matrix)), { shape: [2, 3], data: Uint8Array.of(1, 2, 3, 4, 5, 6) })
    // The element at (i, j, k) is 100i + 10j + k; column-major order runs through i fastest.
    const cube: Array<number> = []
    for (let k = 0; k < 4; k++) for (let j = 0; j < 3; j++) for (let i = 0; i < 2; i++) cube.push(100 * i + 10 * j + k)
    const { data } = successOf(decodeNpy(npy("|u1", "(2, 3, 4)", cube, "True")))
    for (let i = 0; i < 2; i++)
      for (let j = 0; j < 3; j++)
        for (let k = 0; k < 4; k++) assert.strictEqual(data[12 * i + 4 * j + k], 100 * i + 10 * j + k)
  })

  it("takes a vector, a scalar and an empty matrix in Fortran order as they are", () => {
    assert.deepStrictEqual(successOf(decodeNpy(npy("|u1", "(2,)", [5, 6], "True"))).data, Uint8Array.of(5, 6))
    assert.deepStrictEqual(successOf(decodeNpy(npy("|u1", "()", [5], "True"))).data, Uint8Array.of(5))
    assert.deepStrictEqual(successOf(decodeNpy(npy("|u1", "(0, 3)", [], "True"))).shape, [0, 3])
  })

  it("reads 64-bit integers that float64 holds, and refuses those that it would round", () => {
    const signed = (value: bigint) =>
      npy(
        "<i8",
        "(1,)",
        bytesBy(8, (view) => view.setBigInt64(0, value, true))
      )
    const unsigned = (value: bigint) =>
      npy(
        "<u8",
        "(1,)",
        bytesBy(8, (view) => view.setBigUint64(0, value, true))
      )
    assert.deepStrictEqual(successOf(decodeNpy(signed(-(2n ** 53n)))).data, Float64Array.of(-(2 ** 53)))
    assert.deepStrictEqual(successOf(decodeNpy(signed(-(2n ** 63n)))).data, Float64Array.of(-(2 ** 63)))
    assert.deepStrictEqual(successOf(decodeNpy(unsigned(2n ** 63n))).data, Float64Array.of(2 ** 63))
    assert.include(reasonOf(decodeNpy(signed(2n ** 53n + 1n))), "9007199254740993")
    assert.include(reasonOf(decodeNpy(unsigned(2n ** 64n - 1n))), "18446744073709551615")
  })

  it("reads versions 2.0 and 3.0, whose header length has four bytes", () => {
    const one = npy("|u1", "(2,)", [8, 9])
    for (const major of [2, 3]) {
      const bytes = Uint8Array.from([...one.subarray(0, 6), major, 0, one[8]!, one[9]!, 0, 0, ...one.subarray(10)])
      assert.deepStrictEqual(successOf(decodeNpy(bytes)).data, Uint8Array.of(8, 9))
    }
  })

  it("says what is wrong with a file", () => {
    const reason = (bytes: Uint8Array) => reasonOf(decodeNpy(bytes))
    assert.match(reason(Uint8Array.of(1, 2, 3)), /^npy: .*start/u)
    assert.match(reason(new Uint8Array(0)), /^npy: .*start/u)
    assert.match(reason(npy("|u1", "(2,)", [1, 2]).slice(0, 60)), /^npy: .*header/u)
    assert.match(reason(npy("<f8", "(2, 3)", [1, 2, 3])), /2×3 needs 48 bytes.* 3$/u)
    assert.match(reason(npy("<f8", "()", [])), /scalar needs 8 bytes.* 0$/u)
    assert.match(reason(npy("<c16", "(1,)", [])), /type c16 are not .*numbers/u)
    assert.match(reason(npy("|O", "(1,)", [])), /^npy: /u)
    const future = npy("|u1", "()", [1])
    future[6] = 9
    assert.match(reason(future), /version 9/u)
  })

  it("never throws on bytes that were cut off or changed, and never gives a shape that does not fit", () => {
    const files = [
      encodeNpy({ shape: [2, 3], data: Float64Array.of(1, 2, 3, 4, 5, 6) }),
      npy("<i8", "(2, 1)", [1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0], "True")
    ]
    for (const bytes of files.flatMap((file) => damaged(file))) {
      const result = decodeNpy(bytes)
      if (Result.isFailure(result)) continue
      const { shape, data } = result.success
      assert.strictEqual(
        shape.reduce((count, length) => count * length, 1),
        data.length
      )
    }
  })
})
