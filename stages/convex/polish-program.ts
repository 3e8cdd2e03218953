/** The last digits of a solution over given patterns for any loss, and how far from the best it then is at most. */
import { Effect } from "effect"
import type { Patterns } from "./ActivationPatterns.ts"
import { areFew, blocksLeft } from "./blocks-left.ts"
import { dualBound, overPatterns } from "./Certificate.ts"
import { relativeGap } from "./gaps.ts"
import { type LossName, lossNamed } from "./loss-named.ts"
import type { Polished } from "./polish.ts"
import { type Blocks, objectiveOf } from "./ReluNetwork.ts"
import { solveProgram } from "./solve-program.ts"
import type { Examples } from "./tensors.ts"

/** The relative gap that ends it: of a piecewise linear loss the multipliers are known to no more digits. */
const TOLERANCE = 1e-7

/** Blocks that a round brings at most, and rounds. */
const [PER_ROUND, ROUNDS] = [20, 10]

export interface PolishedProgram {
  readonly examples: Examples
  readonly patterns: Patterns
  readonly loss: LossName
  readonly beta: number
}

/**
 * From the blocks of v, then those of w, that a method has left: the optimum over these by the interior-point method, and again with those that the
 * certificate asks for, until the gap over all patterns is closed. `undefined` where they are too many, or rounding stops it.
 */
export const polishProgram = Effect.fn("polish")(function* (left: Blocks, program: PolishedProgram) {
  const { examples, patterns, beta } = program
  const loss = yield* lossNamed(program.loss, examples.y)
  const radii = new Float64Array(examples.x.dimension)
  let blocks = blocksLeft(left, patterns.count)
  let polished: Polished | undefined
  for (let round = 0; round < ROUNDS; round++) {
    if (!areFew(blocks, examples.x.dimension)) return undefined
    const solution = yield* solveProgram({ ...program, blocks, radii, hasCones: true }, TOLERANCE / 100).pipe(
      Effect.catchTag("NotSolved", () => Effect.succeed(undefined))
    )
    if (solution === undefined) return undefined
    const { network, multipliers } = solution
    const search = { floor: beta * (1 + TOLERANCE / 10), keep: PER_ROUND }
    const found = overPatterns(examples.x, multipliers, patterns, search)
    const objective = objectiveOf(network, examples, beta, loss)
    const bound = dualBound(loss, multipliers, examples.y, beta, found.bound).value
    const gap = relativeGap(objective, bound)
    polished = { network, objective, bound, gap }
    const missing = found.neurons.filter(
      ({ pattern, sign }) => !blocks.some((b) => b.pattern === pattern && b.sign === sign)
    )
    if (gap <= TOLERANCE || missing.length === 0) return polished
    blocks = [...blocks, ...missing.map(({ pattern, sign }) => ({ pattern, sign }))]
  }
  return polished
})
