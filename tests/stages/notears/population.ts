/** Linear models in the limit of infinitely many samples: d rows whose second moments are those of the model. */
import type { Tensor } from "../../../core/stage/ArtifactKind.ts"
import { inverse } from "../../../stages/math/linear/Lu.ts"
import { tensor } from "../arrays.ts"

/** √d (I − W)⁻¹, the population for noise of variance 1. */
export const population = (weights: Float64Array, d: number): Tensor<Float64Array> => {
  const rest = weights.map((weight, at) => (at % (d + 1) === 0 ? 1 : 0) - weight)
  return tensor(
    inverse(rest, d).map((element) => Math.sqrt(d) * element),
    d,
    d
  )
}

/** 0 → 1 → 2, 0 → 3 ← 4, with weights that methods find: the order 4 0 3 1 2 is one of it. */
export const SMALL_GRAPH = {
  d: 5,
  weights: Float64Array.of(0, 1.4, 0, -0.9, 0, 0, 0, -1.1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1.6, 0)
}
