/** Leaves a memo of a run that succeeded, by which the next one with the same words sees that nothing has changed. */
import { Effect } from "effect"
import type { Reads } from "../document/Reads.ts"
import { memoFile, writeMemo } from "../record/memo-file.ts"
import type { PastRun } from "../record/RunHistory.ts"
import { RUN_MEMO, type RunMemo } from "../record/RunMemo.ts"
import { watched } from "../record/Watched.ts"
import type { RunResult } from "../run/run-plan.ts"
import { StoreRoot } from "../store/StoreRoot.ts"
import type { SegmentLengths } from "../store/segment-lengths.ts"
import { commandWords } from "./command-words.ts"
import type { LeftReport } from "./write-run-report.ts"

export interface RememberedRun {
  readonly result: RunResult
  readonly past: PastRun
  readonly reads: Reads
  /** Lengths of the segments before the first record was looked up. */
  readonly segments: SegmentLengths
  readonly left: LeftReport
  readonly asked: { readonly check: boolean; readonly json: boolean }
}

/** Memos of runs that are kept: one for each of the last commands. */
const MOST_KEPT = 256

/** Writes the memo, where the run is one that can be repeated without a look at its tasks. */
export const rememberRun = Effect.fnUntraced(function* ({ result, past, reads, segments, left, asked }: RememberedRun) {
  const root = yield* StoreRoot
  const { started } = past.state
  if (result.outcome !== "success" || left.shown === undefined || started === undefined) return
  const { pipeline, file, profile, params, jobs, environment, tasks, files = {} } = started
  const memo: RunMemo = {
    ...watched(reads),
    store: root.id,
    run: result.folder.id,
    started: { pipeline, file, profile, params, jobs, environment, tasks, files },
    stages: Object.fromEntries(past.plan.stages.map((stage) => [stage.id, stage.tasks.length])),
    segments: { ...segments, ...result.segment },
    objects: result.objects.map(({ digest, bytes }) => [digest, bytes] as const),
    report: left.shown,
    asked
  }
  // A disk that takes no memo takes the next run through the planner, as if this one had left none.
  yield* Effect.ignore(
    Effect.try(() => writeMemo(memoFile(root.path, "run", commandWords()), RUN_MEMO, memo, MOST_KEPT))
  )
})
