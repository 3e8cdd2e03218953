/** What the forms of progress have in common. */
import type { RunObserverShape } from "../run/RunObserver.ts"
import { steadyMillis } from "../run/steady-time.ts"

/** An observer that must be closed: until then it holds a timer, and on a terminal the last rows. */
export interface OpenProgress extends RunObserverShape {
  /** Prints the last line, with the counts, once; `note` ends that line (`report reports/ntk/index.html`). */
  readonly close: (note?: string) => void
}

/** The clock that stamps the events, read outside of any effect. */
export const currentMillis = steadyMillis
