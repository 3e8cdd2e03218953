/** The index of action records: a view of the segments, which can be lost or damaged at any time and answers all the same. */
import { existsSync, mkdirSync, unlinkSync } from "node:fs"
import { dirname } from "node:path"
import type { ActionRecord } from "./ActionRecord.ts"
import type { Artifact } from "./Artifact.ts"
import type { Digest } from "./Digest.ts"
import { type IndexSource, IndexTables, type PlacedEntry } from "./IndexTables.ts"
import { isMissing } from "./is-missing.ts"
import { isBusy } from "./kernel-lock.ts"
import { StoreUnavailable } from "./StoreError.ts"

/** Entries that wait for the tables, at most. */
const MOST_FRESH = 2000

/** Keys known to have no record that are kept in mind, at most. */
const MOST_ABSENT = 100_000

/** Every method throws `StoreUnavailable`, and only when the segments themselves cannot be read. */
export class ActionIndex {
  private readonly file: string | undefined
  private readonly source: IndexSource
  private tables: IndexTables
  /** What this process has made durable and the tables have not taken in. */
  private fresh: Array<PlacedEntry> = []
  private readonly freshKeys = new Set<Digest>()
  /** Keys that had no record when they were last asked for, and of which this process has told nothing since. */
  private readonly absent = new Set<Digest>()

  /** Opens the index in a file, or in memory where none is given. */
  constructor(file: string | undefined, source: IndexSource) {
    this.file = file
    this.source = source
    this.tables = this.open()
  }

  /** The record that holds for a key. */
  find(key: Digest): ActionRecord | undefined {
    if (this.absent.has(key)) return undefined
    if (this.freshKeys.has(key)) this.flush()
    // A store in which nothing was made yet answers ten thousand questions at once, whoever has its file now; and each of
    // them is kept in mind, for by the time that its task is begun the store is empty no more.
    const found = this.tables.isEmpty ? undefined : this.ask((tables) => tables.find(key))
    if (found === undefined && this.absent.size < MOST_ABSENT) this.absent.add(key)
    return found
  }

  /** When the latest of all entries about a key was made; `undefined` where there is none. */
  latestOf(key: Digest): number | undefined {
    if (this.freshKeys.has(key)) this.flush()
    if (this.tables.isEmpty) return undefined
    // Where no record has ended a key without one has no entries at all: most are of that sort.
    if (this.absent.has(key) && !this.tables.tellsEnds) return undefined
    return this.ask((tables) => tables.latestOf(key))
  }

  /** Every record that a key ever had, whether it holds or not, the oldest first. */
  recordsOf(key: Digest): ReadonlyArray<ActionRecord> {
    if (this.freshKeys.has(key)) this.flush()
    return this.ask((tables) => tables.recordsOf(key))
  }

  /** Artifacts of any record, whether it holds or not, whose digest starts like this; each once. */
  findArtifacts(prefix: string): ReadonlyArray<Artifact> {
    this.flush()
    return this.ask((tables) => tables.findArtifacts(prefix))
  }

  /** Records of a stage type that hold, the latest first. */
  history(stageType: string, limit: number): ReadonlyArray<ActionRecord> {
    this.flush()
    return this.ask((tables) => tables.history(stageType, limit))
  }

  /** Records that hold and that a task of this name made, the latest first. */
  ofTask(stageType: string, task: string, limit: number): ReadonlyArray<ActionRecord> {
    this.flush()
    return this.ask((tables) => tables.ofTask(stageType, task, limit))
  }

  /** Records that hold and that tasks of a stage of this name made, the latest first. */
  ofStage(stageType: string, stage: string, limit: number): ReadonlyArray<ActionRecord> {
    this.flush()
    return this.ask((tables) => tables.ofStage(stageType, stage, limit))
  }

  /** Every record that holds, by key. */
  holding(): ReadonlyArray<ActionRecord> {
    this.flush()
    return this.ask((tables) => tables.holding())
  }

  /** Records of a family that hold and do not reach as far as `below`, the furthest first. */
  ofFamily(family: Digest, below: number, limit: number): ReadonlyArray<ActionRecord> {
    this.flush()
    return this.ask((tables) => tables.ofFamily(family, below, limit))
  }

  /** Code identities of which some record tells, and that start like this. */
  codesLike(prefix: string): ReadonlyArray<Digest> {
    this.flush()
    return this.ask((tables) => tables.codesLike(prefix))
  }

  /** Takes in what was appended to the segments since they were last read, by this process or another. */
  refresh(): void {
    this.absent.clear()
    this.flush()
    this.ask((tables) => tables.refresh())
  }

  /**
   * Hears of entries that this process has just made durable. The tables take them in when they are asked about one of
   * them, or when there are many: a transaction costs as much as hundreds of rows.
   */
  add(entries: ReadonlyArray<PlacedEntry>): void {
    for (const placed of entries) {
      this.fresh.push(placed)
      const { entry } = placed
      if ("code" in entry) continue
      const key = "record" in entry ? entry.record.key : entry.forget
      this.freshKeys.add(key)
      this.absent.delete(key)
    }
    if (this.fresh.length >= MOST_FRESH) this.flush()
  }

  /** Makes the tables anew from the segments. Whoever else has them open goes on with those of before. */
  renew(): void {
    closeQuietly(this.tables)
    this.tables = this.rebuild()
    this.refresh()
  }

  private flush(): void {
    if (this.fresh.length === 0) return
    this.ask((tables) => tables.take(this.fresh))
    this.fresh = []
    this.freshKeys.clear()
  }

  close(): void {
    try {
      this.flush()
    } catch {
      // The next opening takes them from the segment.
    }
    closeQuietly(this.tables)
  }

  /** Damage shows wherever a page is read: whatever fails is asked once more of an index that was just built. */
  private ask<A>(question: (tables: IndexTables) => A): A {
    try {
      if (!this.tables.isOwn()) this.leave()
      return question(this.tables)
    } catch (cause) {
      const again = isMissing(cause) ? this.askRefreshed(question) : undefined
      if (again !== undefined) return again.answer
      closeQuietly(this.tables)
      this.tables = isBusy(cause) ? this.inMemory() : this.rebuild()
      return reading(this.source, () => question(this.tables))
    }
  }

  /** Leaves the file to the store that has taken it: two that took it from each other would never come to an answer. */
  private leave(): void {
    closeQuietly(this.tables)
    this.tables = this.inMemory()
  }

  /** A segment that has gone is no damage: it was compacted, and the tables take in what stands in its place. */
  private askRefreshed<A>(question: (tables: IndexTables) => A): { readonly answer: A } | undefined {
    try {
      this.tables.refresh()
      return { answer: question(this.tables) }
    } catch {
      return undefined
    }
  }

  private open(): IndexTables {
    if (this.file === undefined) return this.inMemory()
    try {
      if (!existsSync(dirname(this.file))) mkdirSync(dirname(this.file))
      return new IndexTables(this.file, this.source)
    } catch (cause) {
      return isBusy(cause) ? this.inMemory() : this.rebuild()
    }
  }

  /** A new index in place of the old one; where the disk takes none, memory does. */
  private rebuild(): IndexTables {
    if (this.file === undefined) return this.inMemory()
    try {
      for (const suffix of ["", "-wal", "-shm"]) remove(`${this.file}${suffix}`)
      return new IndexTables(this.file, this.source)
    } catch {
      return this.inMemory()
    }
  }

  private inMemory(): IndexTables {
    return reading(this.source, () => new IndexTables(":memory:", this.source))
  }
}

/** What is thrown here comes from the segments. */
const reading = <A>({ segments }: IndexSource, run: () => A): A => {
  try {
    return run()
  } catch (cause) {
    throw new StoreUnavailable({ operation: "read", path: segments, cause })
  }
}

const remove = (file: string): void => {
  try {
    unlinkSync(file)
  } catch (cause) {
    if (!isMissing(cause)) throw cause
  }
}

/** A damaged index may not even close in order. */
const closeQuietly = (tables: IndexTables): void => {
  try {
    tables.close()
  } catch {
    // There is nothing left to save: the segments have all of it.
  }
}
