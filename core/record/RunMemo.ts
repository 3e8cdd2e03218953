/**
 * What a run that succeeded promises: as long as everything that decided it is as it was, and its results are there, the
 * same words give the same results, and nothing has to be planned or looked up to know it.
 */
import { join } from "node:path"
import type { Digest } from "../store/Digest.ts"
import { hasSize, objectPath } from "../store/object-path.ts"
import { type SegmentLengths, tellsNothingEnded } from "../store/segment-lengths.ts"
import type { JournalEvent } from "./JournalEvent.ts"
import { isAsItWas, type Watched } from "./Watched.ts"

/** Name and version of the memo's form, and of what has to hold for it to be right. */
export const RUN_MEMO = "run/1"

export interface RunMemo extends Watched {
  /** The store in which the results lie. */
  readonly store: string
  /** The run whose results they are: its folder has the journal and the plan. */
  readonly run: string
  readonly started: Pick<
    Extract<JournalEvent, { readonly _tag: "RunStarted" }>,
    "pipeline" | "file" | "profile" | "params" | "jobs" | "environment" | "tasks" | "files"
  >
  /** Tasks of each stage. */
  readonly stages: { readonly [stage: string]: number }
  /** Lengths of the segments when the records were found to hold. */
  readonly segments: SegmentLengths
  /** The objects that the results consist of, each with its size; small ones live in their records. */
  readonly objects: ReadonlyArray<readonly [digest: Digest, bytes: number]>
  /** What the report shows, and where it lies. */
  readonly report: { readonly folder: string; readonly shown: string }
  /** How the answer is wanted. */
  readonly asked: { readonly check: boolean; readonly json: boolean }
}

/** Whether all is as it was when the memo was made, in the store at this path. Throws what the disk throws. */
export const stillHolds = (memo: RunMemo, store: string, environment: NodeJS.ProcessEnv): boolean =>
  isAsItWas(memo, environment) &&
  memo.objects.every(([digest, bytes]) => hasSize(objectPath(join(store, "objects"), digest), bytes)) &&
  tellsNothingEnded(join(store, "actions"), memo.segments)
