/** Targets for given points. */

import { StageType } from "athanor/stage"
import { Effect, Schema } from "effect"
import { pointsShape } from "./tensors.ts"

export default StageType.make({
  name: "data/product",
  summary: "The product of the first two coordinates of each point, as targets",
  source: "Jacot et al. 2018, section 6.1",
  determinism: "bitwise",
  params: Schema.Struct({}),
  inputs: { points: "Tensor" },
  outputs: { targets: "Tensor" },
  run: ({ inputs: { points } }) =>
    Effect.gen(function* () {
      const { count, dimension } = yield* pointsShape("points", points, 2)
      const targets = Float64Array.from(
        { length: count },
        (_, index) => points.data[index * dimension]! * points.data[index * dimension + 1]!
      )
      return { targets: { shape: [count], data: targets } }
    })
})
