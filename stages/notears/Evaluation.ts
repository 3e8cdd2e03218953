/** What is said of the weights of an acyclic graph, by itself and beside the true one. */
import { multiply } from "../math/linear/Gemm.ts"
import { dot } from "../math/linear/Vector.ts"
import type { Covariance } from "./Covariance.ts"
import { edgeCount, thresholded } from "./Dag.ts"
import { kktResidual } from "./kkt.ts"
import { LeastSquaresOrder } from "./LeastSquaresOrder.ts"
import type { Order } from "./Order.ts"
import { compareStructures } from "./StructureMetrics.ts"

/** Weights of an acyclic graph, and one of its orders. */
export interface Found {
  readonly weights: Float64Array
  readonly order: Order
}

/** ‖X (I − W)‖² / 2n. Cost: 2 d³ flops. */
const scoreOf = ({ root, d }: Covariance, weights: Float64Array): number => {
  const left = weights.map((weight, at) => (at % (d + 1) === 0 ? 1 - weight : -weight))
  const residual = multiply(root, left, d, d, d)
  return dot(residual, residual) / 2
}

/**
 * `score` and `kkt` are those of the weights as they are; `refit` and `refitKkt` those of least squares along the order of these weights;
 * `prunedKkt` is the latter with paths along edges from the threshold on alone, and `edges` counts these.
 */
export const evaluateWeights = (covariance: Covariance, { weights, order }: Found, threshold: number) => {
  const refitted = new LeastSquaresOrder(covariance.root, order)
  return {
    score: scoreOf(covariance, weights),
    refit: refitted.score,
    kkt: kktResidual(covariance.root, weights, order),
    refitKkt: kktResidual(covariance.root, refitted.weights(), order),
    prunedKkt: kktResidual(covariance.root, refitted.weights(), order, threshold),
    edges: edgeCount(thresholded(weights, covariance.d, threshold))
  }
}

/**
 * Beside the true graph: `gap` is the share by which least squares along the order is above that along the true order, below 0 where it is lower, `ownGap`
 * that of the weights as they are;
 * `shd`, `tpr`, `fdr`, `fpr` compare the edges of the weights as they are, `refitShd` those after refitting, all from the threshold on.
 */
export const evaluateStructure = (
  covariance: Covariance,
  { weights, order }: Found,
  truth: Found,
  threshold: number
) => {
  const { root, d } = covariance
  const [refitted, best] = [new LeastSquaresOrder(root, order), new LeastSquaresOrder(root, truth.order)]
  const { shd, tpr, fdr, fpr } = compareStructures(truth.weights, thresholded(weights, d, threshold), d)
  return {
    trueScore: best.score,
    trueEdges: edgeCount(truth.weights),
    gap: refitted.score / best.score - 1,
    ownGap: scoreOf(covariance, weights) / best.score - 1,
    shd,
    tpr,
    fdr,
    fpr,
    refitShd: compareStructures(truth.weights, thresholded(refitted.weights(), d, threshold), d).shd
  }
}
