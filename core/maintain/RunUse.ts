/** What past and present runs have of the store's results, as their journals tell. */
import { readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import * as Journal from "../record/Journal.ts"
import type { JournalEvent } from "../record/JournalEvent.ts"
import { FILES, listRuns, type RunFolder, timeOf } from "../record/RunFolder.ts"
import { recordBehind } from "../record/TaskResult.ts"
import { isHeld, othersIn } from "../store/Lease.ts"
import type { StoreRootShape } from "../store/StoreRoot.ts"
import type { StoredRecord, StoredRecords } from "./StoredRecords.ts"

export interface RunUse {
  readonly folder: RunFolder
  /** Absent where the journal has no beginning. */
  readonly pipeline: string | undefined
  /** Milliseconds since 1970. */
  readonly startedAt: number
  /** The lease of its process; absent where the journal does not tell. */
  readonly holder: string | undefined
  /** Its process lives, or may live. */
  readonly isAlive: boolean
  /** The results that it found or made, whether they hold or not. */
  readonly results: ReadonlySet<StoredRecord>
}

/** Reads every journal. Throws what the disk throws. */
export const readRunUses = (
  { runs, locks, lease }: Pick<StoreRootShape, "runs" | "locks" | "lease">,
  records: StoredRecords
): ReadonlyArray<RunUse> => {
  const reader = new UseReader(records)
  const told = listRuns(runs).map((folder) => ({ folder, ...reader.read(folder) }))
  // Asked after the journals were read: who began one had its lease before.
  const isBusy = othersIn(locks, lease).length > 0
  return told.map(({ folder, beginning, results, isOver }) => ({
    folder,
    pipeline: beginning?.pipeline,
    startedAt: beginning?.at ?? timeOf(folder.id),
    holder: beginning?.holder,
    // A version that wrote no lease may have begun it: as long as anybody works here it is taken to go on.
    isAlive: beginning?.holder === undefined ? isBusy && !isOver : isHeld(locks, beginning.holder),
    results
  }))
}

interface ToldRun {
  readonly beginning: Extract<JournalEvent, { readonly _tag: "RunStarted" }> | undefined
  readonly results: ReadonlySet<StoredRecord>
  readonly isOver: boolean
}

/** A hundred runs may have found what one had computed: its journal lies in all of their folders, and is read once. */
class UseReader {
  private readonly records: StoredRecords
  private readonly known = new Map<string, ToldRun>()

  constructor(records: StoredRecords) {
    this.records = records
  }

  read({ path }: RunFolder): ToldRun {
    return this.journal(join(path, FILES.journal), join(path, FILES.before))
  }

  private journal(file: string, before: string): ToldRun {
    const look = statSync(file, { throwIfNoEntry: false })
    if (look === undefined) return NOTHING
    const inode = `${look.dev} ${look.ino}`
    const told = this.known.get(inode) ?? this.fold(Journal.read(readFileSync(file)).entries, before)
    this.known.set(inode, told)
    return told
  }

  private fold(entries: ReturnType<typeof Journal.read>["entries"], before: string): ToldRun {
    const results = new Set<StoredRecord>()
    let beginning: ToldRun["beginning"]
    let isOver = false
    for (const { event } of entries) {
      if (event._tag === "RunStarted") beginning = event
      else if (event._tag === "RunFinished") isOver = true
      else if (event._tag === "TaskHit" || event._tag === "TaskFinished") {
        for (const record of this.resultsOf(event, beginning?.runId)) results.add(record)
      } else if (event._tag === "AllHit") {
        for (const record of this.journal(before, "").results) results.add(record)
      }
    }
    return { beginning, results, isOver }
  }

  /** The record of a task's result; where it has gone, those that have what it gave. */
  private resultsOf(event: TaskEnd, runId: string | undefined): ReadonlyArray<StoredRecord> {
    const { key, outputs, at: endedAt } = event
    const task =
      event._tag === "TaskHit" && event.computedBy !== undefined
        ? { status: "hit" as const, outputs, computedBy: event.computedBy, endedAt }
        : { status: event._tag === "TaskHit" ? ("hit" as const) : ("done" as const), outputs, endedAt }
    const record = recordBehind(task, runId, this.records.of(key))
    if (record !== undefined) return [record]
    return Object.values(outputs ?? {}).flatMap((digest) => this.records.withArtifact(digest).slice(-1))
  }
}

type TaskEnd = Extract<JournalEvent, { readonly _tag: "TaskHit" | "TaskFinished" }>

const NOTHING: ToldRun = { beginning: undefined, results: new Set(), isOver: false }
