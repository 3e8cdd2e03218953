/** Standard normal points, and a target function of them. */

import { StageType } from "athanor/stage"
import { Effect, Schema } from "effect"
import { stream } from "../math/random/Philox.ts"

export default StageType.make({
  name: "data/gaussian",
  summary: "Points from N(0, 1), with the product of their first two coordinates as targets",
  source: "Jacot et al. 2018, section 6.1",
  determinism: "bitwise",
  params: Schema.Struct({
    points: Schema.Int.check(Schema.isGreaterThan(0)).annotate({ description: "How many points" }),
    dimension: Schema.Int.check(Schema.isGreaterThan(1))
      .annotate({ description: "Coordinates of each point" })
      .pipe(Schema.withDecodingDefaultKey(Effect.succeed(2))),
    seed: Schema.Int.annotate({ description: "Seed of the random numbers" }).pipe(
      Schema.withDecodingDefaultKey(Effect.succeed(0))
    )
  }),
  inputs: {},
  outputs: { points: "Tensor", targets: "Tensor" },
  run: ({ params: { points, dimension, seed } }) =>
    Effect.sync(() => {
      const data = stream(seed, "data/gaussian").normals(points * dimension)
      return {
        points: { shape: [points, dimension], data },
        targets: { shape: [points], data: products(data, points, dimension) }
      }
    })
})

const products = (data: Float64Array, points: number, dimension: number): Float64Array =>
  Float64Array.from({ length: points }, (_, index) => data[index * dimension]! * data[index * dimension + 1]!)
