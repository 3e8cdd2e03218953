/** Two classes of images as a problem with labels −1 and 1. */
import { Metric, StageType } from "athanor/stage"
import { Effect, Schema } from "effect"
import { ShapeMismatch } from "../math/ShapeMismatch.ts"
import { matrix, vector } from "./tensors.ts"

/** There are no images of a class. */
class NoSuchClass extends Schema.TaggedError<NoSuchClass>()("NoSuchClass", { class: Schema.Int }) {
  override get message(): string {
    return `labels have no image of the class ${this.class}`
  }
}

export default StageType.make({
  name: "convex/pair",
  summary: "Two classes of square images with labels −1 and 1, averaged to fewer pixels, with a bias",
  determinism: "bitwise",
  params: Schema.Struct({
    negative: Schema.Int.annotate({ description: "The class with label −1" }),
    positive: Schema.Int.annotate({ description: "The class with label 1" }),
    side: Schema.Int.check(Schema.isGreaterThan(0))
      .annotate({ description: "Pixels of a side after averaging; must divide that of the images" })
      .pipe(Schema.withDecodingDefaultKey(Effect.succeed(7))),
    count: Schema.optionalKey(
      Schema.Int.check(Schema.isGreaterThan(0)).annotate({
        description: "The first so many of them; all when left out"
      })
    ),
    bias: Schema.Boolean.annotate({ description: "Whether a column of ones is appended" }).pipe(
      Schema.withDecodingDefaultKey(Effect.succeed(true))
    )
  }),
  inputs: { images: "Tensor", labels: "Tensor" },
  outputs: { X: "Tensor", y: "Tensor" },
  run: ({ params, inputs: { images, labels } }) =>
    Effect.gen(function* () {
      const [count = 0, pixels = 0] = images.shape
      const side = Math.round(Math.sqrt(pixels))
      if (images.shape.length !== 2 || side * side !== pixels || side % params.side !== 0) {
        const expected = `images × pixels of squares whose side ${params.side} divides`
        return yield* new ShapeMismatch({ input: "images", found: images.shape, expected })
      }
      if (labels.shape.join() !== String(count)) {
        return yield* new ShapeMismatch({
          input: "labels",
          found: labels.shape,
          expected: `${count}, one for each image`
        })
      }
      const { negative, positive } = params
      for (const name of [negative, positive]) {
        if (!labels.data.includes(name as never)) return yield* new NoSuchClass({ class: name })
      }
      const kept = Array.from(labels.data.keys())
        .filter((row) => labels.data[row] === negative || labels.data[row] === positive)
        .slice(0, params.count)
      const columns = params.side * params.side + (params.bias ? 1 : 0)
      const x = new Float64Array(kept.length * columns).fill(1)
      for (const [at, row] of kept.entries()) {
        average(images.data.subarray(row * pixels, (row + 1) * pixels), side, params.side, x, at * columns)
      }
      const y = Float64Array.from(kept, (row) => (labels.data[row] === positive ? 1 : -1))
      yield* Metric.recordAll({
        images: kept.length,
        "mean label": y.reduce((sum, label) => sum + label, 0) / y.length
      })
      return { X: matrix(kept.length, columns, x), y: vector(y) }
    })
})

/** Means of square blocks of an image, written from an offset on. */
const average = (image: ArrayLike<number>, side: number, fewer: number, to: Float64Array, offset: number): void => {
  const block = side / fewer
  to.fill(0, offset, offset + fewer * fewer)
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      const at = offset + Math.floor(row / block) * fewer + Math.floor(column / block)
      to[at]! += image[row * side + column]! / (block * block)
    }
  }
}
