/** Where a stage has its patterns from: an input, or a sample. */
import { Progress, type Tensor } from "athanor/stage"
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
  Effect.try({
    try: () => sample(x, sampled, seed, draws),
    catch: (error) => {
      if (error instanceof MorePatternsThanThereAre || error instanceof TooFewPatternsSeen) return error
      throw error
    }
  })

/** All patterns, one hyperplane after the other, with the refusal of too many as a failure. */
export const allPatterns = Effect.fnUntraced(function* (x: Points, limit: number) {
  const arrangement = yield* Effect.try({
    try: () => new Arrangement(x, limit),
    catch: (error) => {
      if (error instanceof TooManyPatterns) return error
      throw error
    }
  })
  yield* Progress.steps(arrangement.left, "points", () => arrangement.step())
  return arrangement.patterns()
})
