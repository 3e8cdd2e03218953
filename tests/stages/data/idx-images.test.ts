import { gzipSync } from "node:zlib"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { decodeIdx } from "../../../stages/data/Idx.ts"
import idxImages from "../../../stages/data/idx-images.ts"
import { runStage, takes } from "../run-stage.ts"

const idx = (shape: ReadonlyArray<number>, data: ArrayLike<number>, type = 8): Uint8Array => {
  const header = new DataView(new ArrayBuffer(4 + 4 * shape.length))
  header.setUint8(2, type)
  header.setUint8(3, shape.length)
  for (const [axis, size] of shape.entries()) header.setUint32(4 + 4 * axis, size)
  return Uint8Array.from([...new Uint8Array(header.buffer), ...Array.from(data)])
}

/** Ten images of 2 × 3 pixels, of the classes 0 and 1 in turns. */
const COUNT = 10
const pixels = Uint8Array.from({ length: COUNT * 6 }, (_, at) => (at * 37) % 256)
const labels = Uint8Array.from({ length: COUNT }, (_, at) => at % 2)
const FILES = {
  "train-images-idx3-ubyte.gz": gzipSync(idx([COUNT, 2, 3], pixels)),
  "train-labels-idx1-ubyte": idx([COUNT], labels)
}

const read = (
  params: (typeof idxImages)["params"]["Encoded"],
  files: { readonly [path: string]: Uint8Array } = FILES
) => Effect.map(runStage(idxImages, params, { files: { files } }), ({ outputs }) => outputs)

describe("data/idx-images", () => {
  it.effect("gives all images in their order, as k / 255, from plain and gzipped files", () =>
    Effect.gen(function* () {
      const { images, labels: found } = yield* read({ part: "train" })
      assert.deepStrictEqual([images.shape, found.shape], [[COUNT, 6], [COUNT]])
      assert.deepStrictEqual(
        images.data,
        Float32Array.from(pixels, (k) => k / 255)
      )
      assert.deepStrictEqual(found.data, Int32Array.from(labels))
    })
  )

  it.effect("draws images with their labels, each once, the same for a seed", () =>
    Effect.gen(function* () {
      const params = { part: "train", count: 6, seed: 3 }
      const { images, labels: found } = yield* read(params)
      assert.deepStrictEqual(found.data, Int32Array.of(0, 0, 0, 1, 1, 1))
      const places = Array.from({ length: 6 }, (_, row) => {
        const image = Array.from(images.data.subarray(row * 6, row * 6 + 6), (x) => Math.round(x * 255))
        return Array.from(labels.keys()).find((at) => image.every((k, pixel) => pixels[at * 6 + pixel] === k)) ?? -1
      })
      assert.strictEqual(new Set(places).size, 6)
      assert.deepStrictEqual(
        places.map((at) => labels[at]),
        [0, 0, 0, 1, 1, 1]
      )
      assert.deepStrictEqual((yield* read(params)).images, images)
    })
  )

  it.effect("refuses more than there are, and files that are missing or do not belong together", () =>
    Effect.gen(function* () {
      const tooMany = yield* Effect.flip(read({ part: "train", count: 12 }))
      assert.strictEqual(tooMany.message, "6 images of the class 0 were asked for, there are 5")
      const absent = yield* Effect.flip(read({ part: "t10k" }))
      assert.match(absent.message, /^the folder has no t10k-images-idx3-ubyte, gzipped or not: it has train-/u)
      const files = { ...FILES, "train-labels-idx1-ubyte": idx([9], labels.subarray(1)) }
      const unlike = yield* Effect.flip(read({ part: "train" }, files))
      assert.match(unlike.message, /found 10 × 2 × 3 and 9$/u)
      assert.isFalse(takes(idxImages, { part: "train", count: 0 }))
    })
  )
})

describe("decodeIdx", () => {
  const fault = (bytes: Uint8Array) => Effect.map(Effect.flip(decodeIdx("x", bytes)), (error) => error.fault)

  it.effect("says what is wrong with a file", () =>
    Effect.gen(function* () {
      assert.match(yield* fault(Uint8Array.of(1, 2, 3, 4)), /two zeros/u)
      assert.match(yield* fault(Uint8Array.of()), /two zeros/u)
      assert.match(yield* fault(idx([2], [1, 2], 13)), /type 13/u)
      assert.match(yield* fault(idx([2, 2], [1, 2, 3, 4]).subarray(0, 9)), /ends within the sizes/u)
      assert.match(yield* fault(idx([2, 2], [1, 2, 3])), /2 × 2 elements take 4 bytes, there are 3/u)
      assert.isNotEmpty(yield* fault(gzipSync(idx([1], [1])).subarray(0, 15)))
    })
  )
})
