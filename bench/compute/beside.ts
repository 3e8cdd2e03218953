/** Tables of computations, ours beside those of a peer in Python. */
import { compare, figure, line, own, ratio, type Turns } from "./measure.ts"
import type { Python } from "./peer.ts"

export interface Case {
  readonly name: string
  readonly run: () => unknown
  /** The same in Python: what goes before, and what counts. */
  readonly setup: string
  readonly peer: string
}

/** Prints a row for each case: milliseconds of ours and of the peer, and the ratio of both; ours alone where there is no Python. */
export const printBeside = async (
  title: string,
  peer: string,
  python: Python | undefined,
  cases: Iterable<Case>,
  turns?: Turns
): Promise<void> => {
  console.log(line([title, "ours", peer, `ours/${peer}`]))
  for (const { name, run, setup, peer: code } of cases) {
    const theirs = python === undefined ? [] : [python.contender(peer, setup, code)]
    const seconds = await compare([own("ours", run), ...theirs], turns)
    const times = ["ours", peer].map((who) => figure(1000 * (seconds.get(who) ?? Number.NaN)))
    console.log(line([name, ...times, figure(ratio(seconds, peer, "ours"))]))
  }
}
