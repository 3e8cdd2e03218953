/** The progress of a run, in the form that fits the stream. */
import type { RunObserverShape } from "../run/RunObserver.ts"
import { chooseProgress } from "./choose-progress.ts"
import type { Environment } from "./Environment.ts"
import type { ProgressStream } from "./LiveArea.ts"
import type { PlanSize } from "./ProgressState.ts"
import { plainProgress } from "./plain-progress.ts"
import { terminalProgress } from "./terminal-progress.ts"

/** An observer to be finished once, also when the run failed. */
export interface ProgressObserver extends RunObserverShape {
  /** Prints the last line, `34 ran, 12 cached, 0 failed · 2m 51s`; `note` is appended to it (`report …`). */
  readonly finish: (note?: string) => void
}

/** Watches a run on `stream`, standard error as a rule: standard output is for the answer. */
export const progressObserver = (
  plan: PlanSize,
  { env, stream }: { readonly env: Environment; readonly stream: ProgressStream }
): ProgressObserver => {
  // Nobody may be left to read, `… 2>&1 | head`: the run goes on unseen.
  stream.on?.("error", () => {})
  const { form, ...style } = chooseProgress(env, stream.isTTY === true)
  const { close, ...observer } =
    form === "terminal" ? terminalProgress(plan, { stream, ...style }) : plainProgress(plan, { stream, ...style })
  return { ...observer, finish: close }
}
