/** The last digits of a solution over given patterns, and the proof that it is one. */
import { Progress } from "athanor/stage"
import { Effect } from "effect"
import type { Patterns } from "./ActivationPatterns.ts"
import { areFew, blocksLeft } from "./blocks-left.ts"
import { ColumnGeneration } from "./ColumnGeneration.ts"
import { relativeGap } from "./gaps.ts"
import { Pricing } from "./Pricing.ts"
import type { Blocks, ReluNetwork } from "./ReluNetwork.ts"
import type { Examples } from "./tensors.ts"

/** The relative gap that ends it; and rounds after which it is given up. */
const [TOLERANCE, ROUNDS] = [1e-8, 1000]

export interface Polished {
  readonly network: ReluNetwork
  readonly objective: number
  /** No network with these patterns has an objective below. */
  readonly bound: number
  /** (objective − bound) / objective. */
  readonly gap: number
}

/** From the blocks of v, then those of w, that a method has left; `undefined` where they are too many. */
export const polish = Effect.fn("polish")(function* (
  blocks: Blocks,
  examples: Examples,
  patterns: Patterns,
  beta: number
) {
  const start = blocksLeft(blocks, patterns.count)
  if (!areFew(start, blocks.dimension)) return undefined
  const options = { beta, tolerance: TOLERANCE, perRound: 20 }
  const generation = new ColumnGeneration(examples, new Pricing(examples.x, patterns), options, start)
  yield* Progress.steps(ROUNDS, "rounds of polishing", () => generation.round(), {
    until: () => generation.ending !== undefined
  })
  const { objective, bound } = generation.rounds.at(-1)!
  return { network: generation.network, objective, bound, gap: relativeGap(objective, bound) } satisfies Polished
})
