/** Where a stage has its patterns from: an input, or a sample. */
import { Progress, type Tensor, Thrown } from "athanor/stage"
import { Effect } from "effect"
import { MorePatternsThanThereAre, sample, TooFewPatternsSeen } from "./ActivationPatterns.ts"
import { Arrangement, TooManyPatterns } from "./arrangement.ts"
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

/** All patterns, one hyperplane after the other, with the refusal of too many as a failure. */
export const allPatterns = Effect.fnUntraced(function* (x: Points, limit: number) {
  const arrangement = yield* Thrown.asFailure([TooManyPatterns], () => new Arrangement(x, limit))
  yield* Progress.steps(arrangement.left, "points", () => arrangement.step())
  return arrangement.patterns()
})
