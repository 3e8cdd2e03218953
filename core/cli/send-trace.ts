/** Sends the trace of a run to the collector that the environment names, while it goes on. */
import { Effect } from "effect"
import { openTelemetry, type RunTelemetry } from "../observe/run-telemetry.ts"
import type { ExportResult } from "../observe/SpanExport.ts"
import { earlierRun } from "../record/earlier-run.ts"
import { nameOf } from "../record/RunFolder.ts"
import { StoreRoot } from "../store/StoreRoot.ts"
import { printError } from "./output.ts"

export interface SentTrace extends Pick<RunTelemetry, "observer"> {
  /** Waits for the collector, for seconds at most, and says what was not sent. Done with the scope, at the latest. */
  readonly close: Effect.Effect<void>
}

/** A collector that cannot be reached costs a line, never the run. */
export const beginTrace = Effect.gen(function* () {
  const { runs } = yield* StoreRoot
  const opened = yield* openTelemetry(process.env, { reproduces: (started) => earlierRun(runs, started) })
  if (typeof opened === "string") {
    printError(`warning: the trace of this run is not sent: ${opened}`)
    return undefined
  }
  const { observer } = opened
  let run = ""
  const close = yield* Effect.cached(
    Effect.map(opened.close, (result) => {
      if (result !== undefined) tellUnsent(run, result)
    })
  )
  yield* Effect.addFinalizer(() => close)
  const trace: SentTrace = {
    observer: {
      ...observer,
      onEvent: (event) => {
        if (event._tag === "RunStarted") run = nameOf(event.runId)
        observer.onEvent(event)
      }
    },
    close
  }
  return trace
})

/** One line where something was not sent, and what sends it. */
const tellUnsent = (run: string, { reason, sent, total }: ExportResult): void => {
  if (reason === undefined) return
  printError(`warning: ${total - sent} of ${total} spans were not sent to ${reason}`)
  printError(`  the run has all of them: pipeline trace ${run} --send`)
}
