/** The loop of stage types that search over orders: rounds, a row for each, and checkpoints that go on to the same bytes. */
import { Checkpoint, Metric, type Table } from "athanor/stage"
import { Effect } from "effect"
import { allRegressions } from "./Descent.ts"
import type { IteratedSearch } from "./IteratedSearch.ts"
import type { ScoredOrder } from "./ScoredOrder.ts"
import { roundsOf, roundsTable } from "./search-rounds.ts"
import type { Work } from "./solution.ts"

export interface SearchTask {
  readonly state: ScoredOrder
  readonly search: IteratedSearch
  readonly maxRounds: number
  /** Those before the checkpoint that the search was made from. */
  readonly rounds: Table | undefined
  /** Of a checkpoint, beside rounds and work: all that the stage type has. */
  readonly outputs: () => object
}

export interface TakenRounds {
  readonly rounds: Table
  readonly work: Work
}

/** Takes all rounds, and goes to the best order; records how many there were, and whether the search came to its end. */
export const takeRounds = Effect.fnUntraced(function* (task: SearchTask) {
  const { maxRounds, outputs, search, state } = task
  const rounds = task.rounds === undefined ? [] : roundsOf(task.rounds)
  const taken = (): TakenRounds => ({
    rounds: roundsTable(rounds),
    work: { flops: state.flops, regressions: allRegressions(rounds) }
  })
  while (!search.isDone && rounds.length < maxRounds) {
    yield* Checkpoint.steps({
      from: rounds.length,
      total: Math.min(maxRounds, expectedRounds(rounds.length, search.share)),
      unit: "rounds",
      body: () => rounds.push({ ...search.advance(), score: state.score }),
      until: () => search.isDone,
      outputs: () => ({ ...outputs(), ...taken() })
    })
  }
  search.finish()
  yield* Metric.recordAll({ rounds: rounds.length, finished: search.isDone ? 1 : 0 })
  return taken()
})

/** At the end, by the share of the descents that is over; nobody knows how many rounds a descent has. */
const expectedRounds = (rounds: number, share: number): number => Math.ceil((rounds + 8) / Math.max(share, 1 / 8))
