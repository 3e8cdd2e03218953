/** The certificate of a network, with the squared loss. */
import type { Patterns } from "./ActivationPatterns.ts"
import { dualBound, overPatterns, relaxedBound } from "./Certificate.ts"
import { relativeGap } from "./gaps.ts"
import { squared } from "./losses.ts"
import { balanced, objectiveOf, outputsOf, type ReluNetwork } from "./ReluNetwork.ts"
import type { Examples } from "./tensors.ts"

export interface NetworkCertificate {
  readonly objective: number
  /** The objective once each neuron has ‖u‖ = |α|. */
  readonly balanced: number
  /** What |λᵀ(X u)₊| exceeds for no ‖u‖ ≤ 1, λ being the residual. */
  readonly largest: number
  /** No network has an objective below. */
  readonly bound: number
  /** (objective − bound) / objective; 0 where both are 0. */
  readonly gap: number
}

/** Over these patterns exactly, or over all without a list of them, by the bound in closed form. */
export const certificateOf = (
  network: ReluNetwork,
  examples: Examples,
  beta: number,
  patterns: Patterns | undefined
): NetworkCertificate => {
  const { x, y } = examples
  const multipliers = squared.multipliers(outputsOf(network, x), y)
  const largest = patterns === undefined ? relaxedBound(x, multipliers) : overPatterns(x, multipliers, patterns).bound
  const objective = objectiveOf(network, examples, beta, squared)
  const bound = dualBound(squared, multipliers, y, beta, largest).value
  const gap = relativeGap(objective, bound)
  return { objective, balanced: objectiveOf(balanced(network), examples, beta, squared), largest, bound, gap }
}
