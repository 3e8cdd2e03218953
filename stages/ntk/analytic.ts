/** Kernels of infinitely wide networks. */
import { Port, StageType } from "athanor/stage"
import { Effect, Schema } from "effect"
import { ShapeMismatch } from "../math/ShapeMismatch.ts"
import { limitKernels } from "./limit-kernels.ts"
import { activationName, beta, depth } from "./parameters.ts"
import { asPoints, matrix } from "./tensors.ts"

export default StageType.make({
  name: "ntk/analytic",
  summary: "Tangent kernel and Gaussian-process covariance in the limit of infinite width",
  source: "Jacot et al. 2018, proposition 1 and theorem 1",
  determinism: "bitwise",
  params: Schema.Struct({ depth, beta, activation: activationName }),
  inputs: { points: "Tensor", others: Port.optional("Tensor") },
  outputs: { kernel: "Tensor", covariance: "Tensor" },
  run: ({ params, inputs }) =>
    Effect.gen(function* () {
      const x = yield* asPoints("points", inputs.points)
      const y = inputs.others === undefined ? x : yield* asPoints("others", inputs.others)
      if (x.dimension !== y.dimension) {
        return yield* new ShapeMismatch({
          input: "others",
          found: [y.count, y.dimension],
          expected: `${x.dimension} coordinates, as points have`
        })
      }
      const { kernel, covariance } = limitKernels(x, y, params)
      return { kernel: matrix(x.count, y.count, kernel), covariance: matrix(x.count, y.count, covariance) }
    })
})
