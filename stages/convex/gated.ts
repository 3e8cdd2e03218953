/** The gated relaxation: the convex program without its cones. Its bound is proven by the multipliers alone. */
import { Metric, Port, StageType } from "athanor/stage"
import { Effect, Schema } from "effect"
import { multiply } from "../math/linear/Gemm.ts"
import { length } from "../math/linear/Vector.ts"
import type { Patterns } from "./ActivationPatterns.ts"
import { dualBound } from "./Certificate.ts"
import { lossName, lossNamed } from "./loss-named.ts"
import { beta, draws, sampled, seed } from "./parameters.ts"
import { patternsFrom } from "./pattern-source.ts"
import { solveProgram } from "./solve-program.ts"
import { asExamples, type Points, vector } from "./tensors.ts"
import { tolerance } from "./tolerance.ts"

export default StageType.make({
  name: "convex/gated",
  summary: "Gated ReLU relaxation: patterns without their cones, a bound from below for networks of these patterns",
  source: "Mishkin, Sahiner, Pilanci, ICML 2022, section 3 (arXiv 2202.01331)",
  determinism: "bitwise",
  blas: true,
  params: Schema.Struct({ loss: lossName, beta, sampled, seed, draws, tolerance }),
  inputs: { X: "Tensor", y: "Tensor", patterns: Port.optional("Tensor") },
  outputs: { multipliers: "Tensor", course: "Table" },
  run: ({ params, inputs }) =>
    Effect.gen(function* () {
      const examples = yield* asExamples(inputs.X, inputs.y)
      const loss = yield* lossNamed(params.loss, examples.y)
      const patterns = yield* patternsFrom(examples.x, inputs.patterns, params)
      const radii = new Float64Array(examples.x.dimension)
      const program = { examples, patterns, loss: params.loss, beta: params.beta, radii, hasCones: false }
      const { multipliers, value, course } = yield* solveProgram(program, params.tolerance)
      const largest = largestOf(examples.x, multipliers, patterns)
      const { value: bound } = dualBound(loss, multipliers, examples.y, params.beta, largest)
      yield* Metric.recordAll({ bound, value, gap: value - bound, patterns: patterns.count })
      return { multipliers: vector(multipliers), course }
    })
})

/** The largest |λᵀ D X u| over ‖u‖ ≤ 1 and the patterns D: ‖Xᵀ D λ‖, where u need not be in the cone. */
const largestOf = ({ data, dimension }: Points, multipliers: Float64Array, { active, count }: Patterns): number => {
  const gated = Float64Array.from(active, (state, at) => state * multipliers[Math.floor(at / count)]!)
  const sums = multiply(gated, data, count, dimension, multipliers.length, { transposeA: true })
  let most = 0
  for (let p = 0; p < count; p++) most = Math.max(most, length(sums.subarray(p * dimension, (p + 1) * dimension)))
  return most
}
