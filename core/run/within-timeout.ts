/** The limit of time that a stage sets its attempts. */
import { Effect } from "effect"
import { AttemptFailed } from "./Executor.ts"

/** Ends what takes longer than so many milliseconds, with a failure that says so; without limit when there is none. */
export const withinTimeout = <A, E, R>(
  effect: Effect.Effect<A, E, R>,
  timeout: number | undefined
): Effect.Effect<A, E | AttemptFailed, R> =>
  timeout === undefined
    ? effect
    : Effect.timeoutOrElse(effect, {
        duration: timeout,
        orElse: () => new AttemptFailed({ tag: "Timeout", message: `no result after ${timeout / 1000} s`, detail: "" })
      })
