/** The spans of a run from what its folder holds, whether it is over, goes on or has died. */
import { Effect } from "effect"
import type { RunSpan } from "../observe/RunSpan.ts"
import { spansOf } from "../observe/spans.ts"
import { earlierRun } from "../record/earlier-run.ts"
import { hasHolder } from "../record/has-holder.ts"
import type { PastRun } from "../record/RunHistory.ts"
import { readSpans } from "../record/SpanLog.ts"
import { attemptSync } from "../store/durable.ts"
import { StoreRoot } from "../store/StoreRoot.ts"

export interface RunSpans {
  readonly spans: ReadonlyArray<RunSpan>
  /** Lines with spans that are not as they were written. */
  readonly lost: number
}

export const runSpans = Effect.fnUntraced(function* ({ entries, folder, state }: PastRun) {
  const { runs } = yield* StoreRoot
  const { batches, lost } = yield* attemptSync("read", folder.path, () => readSpans(folder))
  const isGoingOn = state.outcome === undefined && (yield* hasHolder(state))
  const spans = spansOf(entries, batches, {
    goingOnAt: isGoingOn ? Date.now() : undefined,
    reproduces: (started) => earlierRun(runs, started)
  })
  return { spans, lost } satisfies RunSpans
})
