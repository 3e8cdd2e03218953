/** How much of each variable all others explain. */
import { Effect } from "effect"
import { covarianceOf } from "./Covariance.ts"
import type { Samples } from "./tensors.ts"
import { inverseRoot } from "./triangular-root.ts"

/** R² of each variable regressed on all others with an intercept: 1 − 1 / (Sⱼⱼ (S⁻¹)ⱼⱼ) of the centred second moments. */
export const explained = (samples: Samples) =>
  Effect.map(covarianceOf(samples, true), ({ data, root, d }) => {
    const inverse = inverseRoot(root, d)
    return Float64Array.from({ length: d }, (_, j) => {
      let precision = 0
      for (let k = j; k < d; k++) precision += inverse[k * d + j]! * inverse[k * d + j]!
      return 1 - 1 / (data[j * (d + 1)]! * precision)
    })
  })
