/** What is said of the weights of an acyclic graph, by itself and beside the true one. */
import { multiply } from "../math/linear/Gemm.ts"
import { dot } from "../math/linear/Vector.ts"
import type { Covariance } from "./Covariance.ts"
import { edgeCount, thresholded } from "./Dag.ts"
import { kktResidual } from "./kkt.ts"
import { LeastSquaresOrder } from "./LeastSquaresOrder.ts"
import type { Order } from "./Order.ts"
import { compareStructures } from "./StructureMetrics.ts"

/** ‖X (I − W)‖² / 2n. Cost: 2 d³ flops. */
const scoreOf = ({ root, d }: Covariance, weights: Float64Array): number => {
  const left = weights.map((weight, at) => (at % (d + 1) === 0 ? 1 - weight : -weight))
  const residual = multiply(root, left, d, d, d)
  return dot(residual, residual) / 2
}

/**
 * `score` and `kkt` are those of the weights as they are; `refit` and `refitKkt` those of least squares along the order of these weights;
 * `edges` counts from the threshold on.
 */
export const evaluateWeights = (covariance: Covariance, weights: Float64Array, order: Order, threshold: number) => {
  const refitted = new LeastSquaresOrder(covariance.root, order)
  return {
    score: scoreOf(covariance, weights),
    refit: refitted.score,
    kkt: kktResidual(covariance.root, weights, order),
    refitKkt: kktResidual(covariance.root, refitted.weights(), order),
    edges: edgeCount(thresholded(weights, covariance.d, threshold))
  }
}

/**
 * Beside the true graph: `gap` is the share by which least squares along the order is above that along the true order, below 0 where it is lower;
 * `shd`, `tpr`, `fdr`, `fpr` compare the edges of the weights as they are, `refitShd` those after refitting, all from the threshold on.
 */
export const evaluateStructure = (
  { root, d }: Covariance,
  weights: Float64Array,
  order: Order,
  truth: Float64Array,
  trueOrder: Order,
  threshold: number
) => {
  const [refitted, best] = [new LeastSquaresOrder(root, order), new LeastSquaresOrder(root, trueOrder)]
  const { shd, tpr, fdr, fpr } = compareStructures(truth, thresholded(weights, d, threshold), d)
  return {
    trueScore: best.score,
    trueEdges: edgeCount(truth),
    gap: refitted.score / best.score - 1,
    shd,
    tpr,
    fdr,
    fpr,
    refitShd: compareStructures(truth, thresholded(refitted.weights(), d, threshold), d).shd
  }
}
