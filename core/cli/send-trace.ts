/** Sends the trace of a run to the collector that the environment names. */
import { Effect } from "effect"
import { exportTrace } from "../observe/export-trace.ts"
import { spansOf } from "../observe/spans.ts"
import type { PastRun } from "../record/RunHistory.ts"
import { printError } from "./output.ts"

/** A collector that cannot be reached costs a line, never the run. */
export const sendTrace = Effect.fn("sendTrace")(function* ({ entries }: PastRun) {
  yield* exportTrace(spansOf(entries), process.env).pipe(
    Effect.catch((error) => Effect.sync(() => printError(`warning: ${error.message}`)))
  )
})
