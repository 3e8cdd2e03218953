/**
 * The dual of a sampled convex program: one multiplier a point, whatever the number of features.
 *
 * max inf_f (L(f, y) + λᵀf) over |φⱼᵀλ| ≤ β, whose own multipliers are the weights α of min L(Σ αⱼ φⱼ, y) + β Σ |αⱼ|. Sources: Osborne, Presnell,
 * Turlach, J. Comput. Graph. Stat. 9 (2000), for the lasso; Zhu, Rosset, Hastie, Tibshirani, NIPS 2003, for ℓ₁ support vectors.
 */
import { log } from "../math/special/Elementary.ts"
import { InteriorPoint } from "./InteriorPoint.ts"
import type { LossName } from "./loss-named.ts"
import type { Curve, PieceData } from "./piece-data.ts"

const SHARED = { own: 0, shared: 1, blocks: Int32Array.of(0), signs: Float64Array.of(1) }

/** The program with λ as its only block: a piece for each feature, then one for each point. Cost of a step: n³/3 + n² · features. */
export const dualProgram = (
  features: ReadonlyArray<Float64Array>,
  y: Float64Array,
  beta: number,
  loss: LossName
): InteriorPoint => {
  const columns = features.map(
    (row): PieceData => ({
      ...SHARED,
      row,
      matrix: Float64Array.of(1, -1),
      offset: Float64Array.of(beta, beta),
      linear: 2,
      cost: Float64Array.of(0)
    })
  )
  const points = Array.from(y, (_, k) => pointPiece(y, k, loss))
  const start = loss === "squared" ? new Float64Array(y.length) : y.map((label) => label / 2)
  return new InteriorPoint([...columns, ...points], 1, y.length, { start })
}

/** α of each feature, from the multipliers of |φᵀλ| ≤ β. */
export const weightsOf = ({ pieces }: InteriorPoint, features: number): Float64Array =>
  Float64Array.from({ length: features }, (_, j) => pieces[j]!.z[1]! - pieces[j]!.z[0]!)

/** −inf over f of the loss of point k plus λₖ f: ½ λ² − y λ, or a function of the share y λ, which is in [0, 1]. */
const pointPiece = (y: Float64Array, k: number, loss: LossName): PieceData => {
  const rowOf = (factor: number): Float64Array => Float64Array.from(y, (_, i) => (i === k ? factor : 0))
  if (loss === "squared") {
    const empty = { matrix: new Float64Array(), offset: new Float64Array(), linear: 0 }
    return { ...SHARED, ...empty, row: rowOf(1), cost: Float64Array.of(-y[k]!), curve: HALF_SQUARE }
  }
  const share = { matrix: Float64Array.of(1, -1), offset: Float64Array.of(0, 1), linear: 2, row: rowOf(y[k]!) }
  return loss === "hinge"
    ? { ...SHARED, ...share, cost: Float64Array.of(-1) }
    : { ...SHARED, ...share, cost: Float64Array.of(0), curve: NEGATIVE_ENTROPY }
}

const HALF_SQUARE: Curve = { value: (at) => (at * at) / 2, slope: (at) => at, curvature: () => 1 }

const NEGATIVE_ENTROPY: Curve = {
  value: (at) => at * log(at) + (1 - at) * log(1 - at),
  slope: (at) => log(at) - log(1 - at),
  curvature: (at) => 1 / at + 1 / (1 - at)
}
