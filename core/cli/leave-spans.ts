/** Leaves the trace of a run: a file in its folder, and what a collector is sent. */
import { Effect } from "effect"
import { exportTrace, wantsExport } from "../observe/export-trace.ts"
import { otlpJson } from "../observe/otlp-json.ts"
import { spansOf } from "../observe/spans.ts"
import { traceResource } from "../observe/trace-resource.ts"
import * as RunFolder from "../record/RunFolder.ts"
import type { PastRun } from "../record/RunHistory.ts"
import { printError } from "./output.ts"

/** A collector that cannot be reached costs a line, never the run. */
export const leaveSpans = Effect.fn("leaveSpans")(function* ({ folder, entries }: PastRun) {
  const spans = spansOf(entries)
  yield* RunFolder.writeFile(folder, RunFolder.FILES.spans, otlpJson(spans, traceResource(process.env)))
  if (!wantsExport(process.env)) return
  yield* exportTrace(spans, process.env).pipe(
    Effect.catch((error) => Effect.sync(() => printError(`warning: ${error.message}`)))
  )
})
