/** Two classes of images as points with labels −1 and 1, brought to fewer pixels. */
import { Metric, StageType } from "athanor/stage"
import { Effect, Schema } from "effect"
import { float64 } from "../math/float64.ts"
import { ShapeMismatch } from "../math/ShapeMismatch.ts"
import { pointsShape } from "./tensors.ts"

const Params = Schema.Struct({
  negative: Schema.Int.annotate({ description: "The class that gets the label −1" }),
  positive: Schema.Int.annotate({ description: "The class that gets the label 1" }),
  side: Schema.Int.check(Schema.isGreaterThan(0))
    .annotate({ description: "Pixels on a side, each the mean of a square of pixels of the image" })
    .pipe(Schema.withDecodingDefaultKey(Effect.succeed(7))),
  bias: Schema.Boolean.annotate({ description: "Whether a column of ones follows the pixels" }).pipe(
    Schema.withDecodingDefaultKey(Effect.succeed(true))
  )
})

/** No image has the label of one of the classes. */
class ClassEmpty extends Schema.TaggedError<ClassEmpty>()("ClassEmpty", { label: Schema.Int }) {
  override get message(): string {
    return `no image has the label ${this.label}`
  }
}

export default StageType.make({
  name: "data/pair",
  summary:
    "Two classes of square images as points with labels −1 and 1, averaged to fewer pixels, with a column for a bias",
  determinism: "bitwise",
  params: Params,
  inputs: { images: "Tensor", labels: "Tensor" },
  outputs: { X: "Tensor", y: "Tensor" },
  run: ({ params, inputs: { images, labels } }) =>
    Effect.gen(function* () {
      const { negative, positive, side, bias } = params
      const { count, dimension } = yield* pointsShape("images", images, side * side)
      const width = Math.sqrt(dimension)
      if (!Number.isInteger(width) || width % side !== 0) {
        const expected = `squares whose side is a multiple of ${side}`
        return yield* new ShapeMismatch({ input: "images", found: images.shape, expected })
      }
      if (labels.shape.length !== 1 || labels.shape[0] !== count) {
        const expected = `${count} labels, one for each image`
        return yield* new ShapeMismatch({ input: "labels", found: labels.shape, expected })
      }
      const classes = float64(labels)
      for (const label of [negative, positive]) if (!classes.includes(label)) return yield* new ClassEmpty({ label })
      const kept = [...classes.keys()].filter((i) => classes[i] === negative || classes[i] === positive)
      const columns = side * side + (bias ? 1 : 0)
      const X = new Float64Array(kept.length * columns).fill(1)
      const pixels = float64(images)
      for (const [row, i] of kept.entries()) {
        X.set(averaged(pixels.subarray(i * dimension, (i + 1) * dimension), width, side), row * columns)
      }
      const y = Float64Array.from(kept, (i) => (classes[i] === positive ? 1 : -1))
      yield* Metric.recordAll({ points: kept.length, positive: y.filter((label) => label === 1).length })
      return { X: { shape: [kept.length, columns], data: X }, y: { shape: [kept.length], data: y } }
    })
})

/** side × side means of an image of width × width pixels. */
const averaged = (image: Float64Array, width: number, side: number): Float64Array => {
  const step = width / side
  const means = new Float64Array(side * side)
  for (let row = 0; row < width; row++) {
    for (let column = 0; column < width; column++) {
      means[Math.floor(row / step) * side + Math.floor(column / step)]! += image[row * width + column]! / (step * step)
    }
  }
  return means
}
