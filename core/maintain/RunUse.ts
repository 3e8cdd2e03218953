/** What past and present runs have of the store's results, as their journals tell. */
import { readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import { readPlan } from "../plan/plan-json.ts"
import * as Journal from "../record/Journal.ts"
import type { JournalEvent } from "../record/JournalEvent.ts"
import { bothFlaws, FLAWLESS, isFlawless, type JournalFlaws } from "../record/JournalFlaws.ts"
import { FILES, hasBegun, listRuns, type RunFolder, timeOf } from "../record/RunFolder.ts"
import { recordBehind } from "../record/TaskResult.ts"
import { isHeld, othersIn } from "../store/Lease.ts"
import type { StoreRootShape } from "../store/StoreRoot.ts"
import type { StoredRecord, StoredRecords } from "./StoredRecords.ts"

export interface RunUse {
  readonly folder: RunFolder
  /** Absent where the journal does not tell. */
  readonly pipeline: string | undefined
  /** Milliseconds since 1970. */
  readonly startedAt: number
  /** The lease of its process; absent where the journal does not tell. */
  readonly holder: string | undefined
  /** Its process lives, or may live. */
  readonly isAlive: boolean
  /**
   * The results that it found or made, whether they hold or not. Where its journal has lost lines, also those that these may have
   * told of: all of the stage types in its plan.
   */
  readonly results: ReadonlySet<StoredRecord>
  /** Whether its journal has lost lines. */
  readonly isFlawed: boolean
}

/** Reads every journal. Throws what the disk throws. */
export const readRunUses = (
  { runs, locks, lease }: Pick<StoreRootShape, "runs" | "locks" | "lease">,
  records: StoredRecords
): ReadonlyArray<RunUse> => {
  const reader = new UseReader(records)
  const told = runsIn(runs).map((folder) => ({ folder, ...reader.read(folder) }))
  // Asked after the journals were read: who began one had its lease before.
  const isBusy = othersIn(locks, lease).length > 0
  return told.map(({ folder, beginning, results, isOver, flaws }) => ({
    folder,
    pipeline: beginning?.pipeline,
    startedAt: beginning?.at ?? timeOf(folder.id),
    holder: beginning?.holder,
    // A version that wrote no lease may have begun it: as long as anybody works here it is taken to go on.
    isAlive: beginning?.holder === undefined ? isBusy && !isOver : isHeld(locks, beginning.holder),
    results,
    isFlawed: !isFlawless(flaws)
  }))
}

/** The folders of runs; one with another name, in which no run has begun, is somebody else's. Throws what the disk throws. */
export const runsIn = (runs: string): ReadonlyArray<RunFolder> =>
  listRuns(runs).filter((folder) => !Number.isNaN(timeOf(folder.id)) || hasBegun(folder))

interface ToldRun {
  readonly beginning: Extract<JournalEvent, { readonly _tag: "RunStarted" }> | undefined
  readonly results: ReadonlySet<StoredRecord>
  readonly isOver: boolean
  readonly flaws: JournalFlaws
}

/** A hundred runs may have found what one had computed: its journal lies in all of their folders, and is read once. */
class UseReader {
  private readonly records: StoredRecords
  private readonly known = new Map<string, ToldRun>()

  constructor(records: StoredRecords) {
    this.records = records
  }

  read({ path }: RunFolder): ToldRun {
    const told = this.journal(join(path, FILES.journal), join(path, FILES.before))
    if (isFlawless(told.flaws)) return told
    return { ...told, results: new Set([...told.results, ...this.possibleResults(join(path, FILES.plan))]) }
  }

  /** The results that a run may have had by its plan; all where that cannot be read. */
  private possibleResults(plan: string): ReadonlyArray<StoredRecord> {
    const stageTypes = stageTypesOf(plan)
    return this.records.all.filter(({ stageType }) => stageTypes === undefined || stageTypes.has(stageType))
  }

  private journal(file: string, before: string): ToldRun {
    const look = statSync(file, { throwIfNoEntry: false })
    if (look === undefined) return NOTHING
    const inode = `${look.dev} ${look.ino}`
    const told = this.known.get(inode) ?? this.fold(Journal.read(readFileSync(file)), before)
    this.known.set(inode, told)
    return told
  }

  private fold({ entries, flaws: own }: Journal.ReadJournal, before: string): ToldRun {
    const results = new Set<StoredRecord>()
    let flaws = own
    let beginning: ToldRun["beginning"]
    let isOver = false
    for (const { event } of entries) {
      if (event._tag === "RunStarted") beginning = event
      else if (event._tag === "RunFinished") isOver = true
      else if (event._tag === "TaskHit" || event._tag === "TaskFinished") {
        for (const record of this.resultsOf(event, beginning?.runId)) results.add(record)
      } else if (event._tag === "AllHit") {
        const earlier = this.journal(before, "")
        for (const record of earlier.results) results.add(record)
        flaws = bothFlaws(flaws, earlier.flaws)
      }
    }
    return { beginning, results, isOver, flaws }
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

const NOTHING: ToldRun = { beginning: undefined, results: new Set(), isOver: false, flaws: FLAWLESS }

/** The stage types of a plan; `undefined` where it cannot be read. */
const stageTypesOf = (plan: string): ReadonlySet<string> | undefined => {
  try {
    const { stages, pending = [] } = readPlan(readFileSync(plan, "utf8"))
    return new Set([...stages, ...pending].map(({ stageType }) => stageType))
  } catch {
    return undefined
  }
}
