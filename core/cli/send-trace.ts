/** Sends the trace of a run to the collector that the environment names, while it goes on. */
import { Effect } from "effect"
import { openTelemetry } from "../observe/run-telemetry.ts"
import type { ExportResult } from "../observe/SpanExport.ts"
import { earlierRun } from "../record/earlier-run.ts"
import { StoreRoot } from "../store/StoreRoot.ts"
import { printError } from "./output.ts"

/** A collector that cannot be reached costs a line, never the run. Closed with the scope, at the latest. */
export const beginTrace = Effect.gen(function* () {
  const { runs } = yield* StoreRoot
  const opened = yield* openTelemetry(process.env, { reproduces: (started) => earlierRun(runs, started) })
  if (typeof opened === "string") printError(`warning: the trace of this run is not sent: ${opened}`)
  if (opened === undefined || typeof opened === "string") return undefined
  yield* Effect.addFinalizer(() => opened.close)
  return opened
})

/** One line where something was not sent, with what sends it. */
export const tellUnsent = (run: string, { reason, sent, total }: ExportResult): void => {
  if (reason === undefined) return
  printError(`warning: ${total - sent} of ${total} spans were not sent to ${reason}`)
  printError(`  the run has all of them: pipeline trace ${run} --send`)
}
