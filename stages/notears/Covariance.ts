/** Second moments, all that least squares sees of the data. */
import { Effect, Schema } from "effect"
import { multiply } from "../math/linear/Gemm.ts"
import type { Samples } from "./tensors.ts"
import { triangularRoot } from "./triangular-root.ts"

/** A variable is a linear combination of others, to working precision: regressions on it have no one solution. */
export class RankDeficient extends Schema.TaggedError<RankDeficient>()("RankDeficient", {
  variable: Schema.Int,
  samples: Schema.Int,
  variables: Schema.Int,
  /** Samples, of which so many variables can be independent. */
  needed: Schema.Int
}) {
  override get message(): string {
    const advice =
      this.samples < this.needed
        ? `${this.samples} samples do not tell ${this.variables} variables apart: give ${this.needed} at least`
        : "leave it out, or one of those that it is made of"
    return `variable ${this.variable} is a constant or a linear combination of others: ${advice}`
  }
}

export interface Covariance {
  /** S = XᵀX / n, d × d, symmetric to the last bit. */
  readonly data: Float64Array
  /** R, d × d and upper triangular with a positive diagonal, S = RᵀR: of the data itself, with digits that S has lost. */
  readonly root: Float64Array
  readonly d: number
  /** Of how many samples. */
  readonly n: number
  /** Means that were taken off, 0 where none was. */
  readonly means: Float64Array
}

/** The data over √n, less their means if these are taken off. */
const scaled = ({ data, n, d }: Samples, center: boolean) => {
  const means = new Float64Array(d)
  if (center) for (let at = 0; at < data.length; at++) means[at % d]! += data[at]! / n
  const scale = 1 / Math.sqrt(n)
  return { means, x: data.map((element, at) => (element - means[at % d]!) * scale) }
}

/** xᵀx of n × d data, symmetric to the last bit. */
const squared = (x: Float64Array, n: number, d: number): Float64Array => {
  const moments = multiply(x, x, d, d, n, { transposeA: true })
  for (let i = 0; i < d; i++) for (let j = 0; j < i; j++) moments[i * d + j] = moments[j * d + i]!
  return moments
}

/** Samples of d variables that are not too few for these to be independent: the means take one. */
const neededFor = (d: number, center: boolean): number => (center ? d + 1 : d)

/** Whether there are so few samples that some variable is a linear combination of others, whatever they are of. */
export const areFew = ({ n, d }: Samples, center: boolean): boolean => n < neededFor(d, center)

/** Second moments alone, of any rank. Cost: 2 n d² flops. */
export const momentsOf = (samples: Samples, center: boolean): Float64Array =>
  squared(scaled(samples, center).x, samples.n, samples.d)

/**
 * Second moments about 0, or with `center` about the means.
 *
 * Cost: 4 n d² flops. Fails where the data have no d columns that are independent to 8 d ε of their lengths.
 */
export const covarianceOf = (samples: Samples, center: boolean): Effect.Effect<Covariance, RankDeficient> => {
  const { n, d } = samples
  const { means, x } = scaled(samples, center)
  const moments = squared(x, n, d)
  const root = triangularRoot(x, n, d)
  for (let k = 0; k < d; k++) {
    // With the mean: what is left of a constant when its mean is taken off is rounding.
    const [left, all] = [root[k * (d + 1)]!, Math.sqrt(moments[k * (d + 1)]! + means[k]! * means[k]!)]
    if (!(left > 8 * d * Number.EPSILON * all)) {
      return Effect.fail(new RankDeficient({ variable: k, samples: n, variables: d, needed: neededFor(d, center) }))
    }
  }
  return Effect.succeed({ data: moments, root, d, n, means })
}

/** Fails where regressions cannot be solved from second moments, which keep half of the digits that the data have. */
export const checkMoments = ({ data, root, d, n }: Covariance): Effect.Effect<void, RankDeficient> => {
  for (let k = 0; k < d; k++) {
    const left = root[k * (d + 1)]!
    if (left * left > 1e-13 * d * data[k * (d + 1)]!) continue
    return Effect.fail(new RankDeficient({ variable: k, samples: n, variables: d, needed: d }))
  }
  return Effect.void
}
