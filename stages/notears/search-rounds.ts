/** What a search over orders did, a row for each round. */
import type { Table } from "athanor/stage"
import type { Round } from "./Descent.ts"
import type { SearchRound } from "./IteratedSearch.ts"

export interface ScoredRound extends SearchRound {
  /** After the round. */
  readonly score: number
}

const COUNTS = ["start", "kick", "candidates", "moves"] as const

export const roundsTable = (rounds: ReadonlyArray<ScoredRound>): Table => ({
  columns: {
    round: Int32Array.from(rounds, (_, at) => at + 1),
    ...Object.fromEntries(COUNTS.map((name) => [name, Int32Array.from(rounds, (round) => round[name])])),
    set: rounds.map(({ set }) => set),
    score: Float64Array.from(rounds, ({ score }) => score),
    regressions: Float64Array.from(rounds, ({ regressions }) => regressions)
  }
})

/** The rounds that such a table was made of. */
export const roundsOf = ({ columns }: Table): Array<ScoredRound> =>
  Array.from(columns["set"] as ReadonlyArray<Round["set"]>, (set, at) => {
    const number = (name: string): number => Number(columns[name]![at])
    return {
      start: number("start"),
      kick: number("kick"),
      candidates: number("candidates"),
      moves: number("moves"),
      set,
      score: number("score"),
      regressions: number("regressions")
    }
  })
