/** The tables of the index: where in the segments each action record stands. Throws what SQLite and the disk throw. */
import { statfsSync } from "node:fs"
import { dirname, join } from "node:path"
import { DatabaseSync, type StatementSync } from "node:sqlite"
import { isGuarded } from "../fault/hooks.ts"
import type { ActionRecord, CodeParts } from "./ActionRecord.ts"
import type { Artifact } from "./Artifact.ts"
import type { Digest } from "./Digest.ts"
import { INDEX_FORMAT, INDEX_SCHEMA, prepareStatements } from "./index-schema.ts"
import { readEntries } from "./read-entries.ts"
import { SegmentReader } from "./SegmentReader.ts"
import { readFrom, segmentLengths } from "./segment-lengths.ts"

/** A record as it stands in a segment: what explains its code stands there once for all that share the code. */
export type BareRecord = Omit<ActionRecord, "codeParts"> & Partial<Pick<ActionRecord, "codeParts">>

/** A line of a segment. */
export type SegmentEntry =
  | { readonly record: BareRecord; readonly at: number }
  /** What explains a code identity. */
  | { readonly code: Digest; readonly parts: CodeParts }
  /** The record of a key no longer holds: what it names is damaged, a person asked for it anew, or nobody needs it. */
  | { readonly forget: Digest; readonly at: number }

/** An entry, and where it stands: the name of its segment, and the bytes from the first to behind the last without the line break. */
export interface PlacedEntry {
  readonly entry: SegmentEntry
  readonly segment: string
  readonly start: number
  readonly end: number
}

/** What an index is a view of. */
export interface IndexSource {
  /** Folder of the segments. */
  readonly segments: string
  /** Id of their store. */
  readonly store: string
}

/** Where a line stands: a segment by its number, and the bytes from the first to behind the last, without the line break. */
interface Place {
  readonly segment: number
  readonly start: number
  readonly end: number
}

/** A segment that has lines which the index does not know. */
interface GrownSegment {
  readonly name: string
  readonly from: number
  readonly size: number
}

export class IndexTables {
  private readonly db: DatabaseSync
  private readonly source: IndexSource
  private readonly statements
  private readonly version
  private readonly dataVersion
  private storeId: StatementSync | undefined
  /** Of the database when it was last seen to be of this store: another one when somebody else has written to it. */
  private seenVersion: unknown
  private readonly codes = new Map<string, CodeParts>()
  private readonly reader: SegmentReader
  /** Whether there was no record when the segments were last read. */
  isEmpty = false
  /** Whether some record has ended. */
  tellsEnds = false

  /** Opens the tables in a file, or in memory where that is `:memory:`, and takes in what the segments have. */
  constructor(file: string, source: IndexSource) {
    this.source = source
    this.reader = new SegmentReader(source.segments)
    this.db = new DatabaseSync(file, { timeout: 10_000 })
    this.version = this.db.prepare("PRAGMA user_version")
    this.dataVersion = this.db.prepare("PRAGMA data_version")
    try {
      this.db.exec(`PRAGMA journal_mode = ${journalMode(file)}; PRAGMA synchronous = NORMAL`)
      if (!this.isCurrent()) this.transaction(() => this.makeTables())
      this.statements = prepareStatements(this.db)
      this.refresh()
    } catch (cause) {
      this.db.close()
      throw cause
    }
  }

  /** The record that holds for a key. */
  find(key: Digest): ActionRecord | undefined {
    const row = this.statements.find.get({ key })
    return row === undefined ? undefined : this.read(row)
  }

  /** When the latest of all entries about a key was made; `undefined` where there is none. */
  latestOf(key: Digest): number | undefined {
    const latest = this.statements.latestOf.get({ key })?.["at"]
    return typeof latest === "number" ? latest : undefined
  }

  /** Every record that a key ever had, the oldest first. */
  recordsOf(key: Digest): ReadonlyArray<ActionRecord> {
    return this.statements.recordsOf.all({ key }).map(this.read)
  }

  /** Artifacts of any record, whether it holds or not, whose digest starts like this; each once. */
  findArtifacts(prefix: string): ReadonlyArray<Artifact> {
    // Digests are hexadecimal: the letter after f ends the range.
    return this.statements.findArtifacts.all({ from: prefix, to: `${prefix}g` }).flatMap((row) => {
      const { outputs } = this.read(row)
      return Object.values(outputs).find(({ digest }) => digest === row["digest"]) ?? []
    })
  }

  /** Records of a stage type that hold, the latest first. */
  history(stageType: string, limit: number): ReadonlyArray<ActionRecord> {
    return this.statements.history.all({ stageType, limit }).map(this.read)
  }

  /** Records that hold and that a task of this name made, the latest first. */
  ofTask(stageType: string, task: string, limit: number): ReadonlyArray<ActionRecord> {
    return this.statements.ofTask.all({ stageType, task, limit }).map(this.read)
  }

  /** Records that hold and that tasks of a stage of this name made, the latest first. */
  ofStage(stageType: string, stage: string, limit: number): ReadonlyArray<ActionRecord> {
    // Of names that begin like this, those of tasks go on with an @, and no letter lies between that and A.
    const bounds = { from: `${stage}@`, to: `${stage}A` }
    return this.statements.ofStage.all({ stageType, stage, ...bounds, limit }).map(this.read)
  }

  /** Every record that holds, by key. */
  holding(): ReadonlyArray<ActionRecord> {
    return this.statements.holding.all().map(this.read)
  }

  /** Records of a family that hold and do not reach as far as `below`, the furthest first. */
  ofFamily(family: Digest, below: number, limit: number): ReadonlyArray<ActionRecord> {
    return this.statements.ofFamily.all({ family, below, limit }).map(this.read)
  }

  /** Code identities of which some record tells, and that start like this. */
  codesLike(prefix: string): ReadonlyArray<Digest> {
    const rows = this.statements.codesLike.all({ from: prefix, to: `${prefix}g` })
    return rows.map(({ identity }) => identity as Digest)
  }

  /** What explains a code identity; `undefined` when no segment has it. */
  codeParts(identity: Digest): CodeParts | undefined {
    const known = this.codes.get(identity)
    if (known !== undefined) return known
    const row = this.statements.findCode.get(identity)
    if (row === undefined) return undefined
    const parts: CodeParts = JSON.parse(String(row["parts"]))
    this.codes.set(identity, parts)
    return parts
  }

  /** The record whose place a row tells. Throws where the segment has no such line: then the index is no view of it. */
  private readonly read = (row: Record<string, unknown>): ActionRecord => {
    const { record } = this.reader.read(String(row["name"]), Number(row["start"]), Number(row["end"]))
    return { ...record, codeParts: this.codeParts(record.parts.code) ?? { declarations: {}, packages: {} } }
  }

  /** Takes in what was appended to the segments since they were last read, by this process or another. */
  refresh(): void {
    const grown = this.isCurrent() ? this.grownSegments(this.knownLengths()) : undefined
    if (grown?.length !== 0) {
      this.transaction(() => {
        if (grown === undefined) this.makeTables()
        for (const segment of grown ?? this.grownSegments(new Map()) ?? []) this.takeIn(segment)
      })
    }
    this.isEmpty = this.statements.any.get() === undefined
    this.tellsEnds = this.statements.anyEnd.get() !== undefined
  }

  /** Takes in entries of one segment that stand one after the other, without reading them. */
  take(entries: ReadonlyArray<PlacedEntry>): void {
    const [first] = entries
    const last = entries.at(-1)
    if (first === undefined || last === undefined) return
    const known = this.isCurrent() ? (this.knownLengths().get(first.segment) ?? 0) : -1
    // Another process may have made the index anew, from a segment that was shorter then: what lies between has to be read.
    if (known < first.start) {
      this.refresh()
      return
    }
    this.transaction(() => {
      const segment = this.reach(first.segment, last.end + 1)
      for (const { entry, start, end } of entries) this.apply(entry, { segment, start, end })
    })
    this.isEmpty = false
  }

  close(): void {
    this.reader.close()
    this.db.close()
  }

  /** Whether the tables are still of this store: another one that was given the same file makes them anew for itself. */
  isOwn(): boolean {
    const now = this.dataVersion.get()?.["data_version"]
    if (now === this.seenVersion) return true
    if (!this.isCurrent()) return false
    this.seenVersion = now
    return true
  }

  /** Whether the tables are of this version and of this store. */
  private isCurrent(): boolean {
    const { user_version: version } = this.version.get() ?? {}
    if (version !== INDEX_FORMAT) return false
    this.storeId ??= this.db.prepare("SELECT id FROM store")
    return this.storeId.get()?.["id"] === this.source.store
  }

  private makeTables(): void {
    this.db.exec(INDEX_SCHEMA)
    this.db.prepare("INSERT INTO store VALUES (?)").run(this.source.store)
  }

  private knownLengths(): ReadonlyMap<string, number> {
    const rows = this.statements.lengths.all()
    return new Map(rows.map(({ name, length }) => [String(name), Number(length)]))
  }

  /** Segments with new lines; `undefined` when one that was read is gone or shorter: all must be read anew. */
  private grownSegments(known: ReadonlyMap<string, number>): ReadonlyArray<GrownSegment> | undefined {
    const sizes = new Map(Object.entries(segmentLengths(this.source.segments)))
    for (const [name, length] of known) if ((sizes.get(name) ?? -1) < length) return undefined
    return [...sizes].flatMap(([name, size]) => {
      const from = known.get(name) ?? 0
      return size > from ? [{ name, from, size }] : []
    })
  }

  private takeIn({ name, from, size }: GrownSegment): void {
    const { lines, length } = readEntries(readFrom(join(this.source.segments, name), from, size))
    const segment = this.reach(name, from + length)
    for (const { value, start, end } of lines) {
      this.apply(value, { segment, start: from + start, end: from + end })
    }
  }

  /** Notes how far a segment has been taken in; its number. */
  private reach(name: string, length: number): number {
    this.statements.setLength.run(name, length)
    return Number(this.statements.segmentId.get(name)?.["id"])
  }

  /**
   * The result does not depend on the order of entries, so that segments can be read in any.
   *
   * Every record is kept: the first writer wins, but the end of its validity may be read after those that follow, and
   * runs of before refer to what they found, whether it holds or not.
   */
  private apply(entry: SegmentEntry, { segment, start, end }: Place): void {
    if ("forget" in entry) {
      this.statements.forget.run(entry.forget, entry.at)
      this.tellsEnds = true
      return
    }
    if ("code" in entry) {
      this.statements.insertCode.run(entry.code, JSON.stringify(entry.parts))
      return
    }
    const { at } = entry
    // Records of format 1 carry what explains their code.
    const { codeParts, key, parts, task, startedAt, family, outputs } = entry.record
    if (codeParts !== undefined) this.statements.insertCode.run(parts.code, JSON.stringify(codeParts))
    const reach = [family?.digest ?? null, family?.at ?? null]
    const { changes, lastInsertRowid: action } = this.statements.insert.run(
      ...[key, at, parts.stageType, task, startedAt],
      ...[segment, start, end, ...reach]
    )
    if (changes === 0) return
    for (const { digest } of Object.values(outputs)) this.statements.insertArtifact.run(digest, action)
  }

  private transaction(run: () => void): void {
    this.db.exec("BEGIN IMMEDIATE")
    try {
      run()
      this.db.exec("COMMIT")
    } catch (cause) {
      if (this.db.isTransaction) this.db.exec("ROLLBACK")
      throw cause
    }
  }
}

/** Bytes of a page of memory, of which SQLite makes sure that the disk has room for its last byte. */
const PAGE = 4096

/**
 * With a write-ahead log a part of the index is mapped into memory. Where the blocks of a disk are smaller than a page, as on
 * very small disks, there may be no room for the rest of a page: touching it would end the process.
 */
const journalMode = (file: string): "WAL" | "PERSIST" => {
  if (file === ":memory:" || !isGuarded("no-mapped-holes")) return "WAL"
  return statfsSync(dirname(file)).bsize < PAGE ? "PERSIST" : "WAL"
}
