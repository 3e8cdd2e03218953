/** Where a stage has its patterns from: an input, or a sample. */
import { type Tensor, Thrown } from "athanor/stage"
import { MorePatternsThanThereAre, sample, TooFewPatternsSeen } from "./ActivationPatterns.ts"
import { enumerate, TooManyPatterns } from "./arrangement.ts"
import { asPatterns, type Points } from "./tensors.ts"

/** How patterns are sampled. */
export interface Sampling {
  readonly sampled: number
  readonly seed: number
  readonly draws: number
}

/** Those that are given, else a sample. */
export const patternsFrom = (x: Points, given: Tensor | undefined, sampling: Sampling) =>
  given === undefined ? sampledPatterns(x, sampling) : asPatterns("patterns", given, x.count)

/** `Patterns.sample`, with its refusals as failures. */
export const sampledPatterns = (x: Points, { sampled, seed, draws }: Sampling) =>
  Thrown.asFailure([MorePatternsThanThereAre, TooFewPatternsSeen], () => sample(x, sampled, seed, draws))

/** `enumerate`, with its refusal as a failure. */
export const allPatterns = (x: Points, limit: number) => Thrown.asFailure([TooManyPatterns], () => enumerate(x, limit))
