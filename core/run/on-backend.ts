/** Runs a stage on an open backend. */
import { Effect } from "effect"
import type { OpenBackend } from "../compute/OpenBackend.ts"
import { Current } from "../stage/Compute.ts"
import { AttemptFailed } from "./Executor.ts"

/** The stage finds it in `Compute.Current`; what its device refuses, or its loss, ends the attempt, whatever the stage gives. */
export const onBackend =
  ({ opened, settled, watch }: OpenBackend) =>
  <A>(run: Effect.Effect<A, AttemptFailed>): Effect.Effect<A, AttemptFailed> => {
    const fault = Effect.callback<never, AttemptFailed>((resume) => {
      const end = watch((message) =>
        resume(Effect.fail(new AttemptFailed({ tag: "DeviceFailed", message, detail: "" })))
      )
      return Effect.sync(end)
    })
    const whole = Effect.tap(Effect.provideService(run, Current, opened), () => Effect.promise(settled))
    // Watched from before its first command on.
    return Effect.raceFirst(fault, whole)
  }
