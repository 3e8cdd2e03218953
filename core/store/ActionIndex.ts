/** The index of action records: a view of the segments in SQLite, which can be thrown away. */
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readSync, rmSync, statSync } from "node:fs"
import { dirname, join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import type { ActionRecord } from "./ActionRecord.ts"
import { readLines } from "./checked-lines.ts"
import type { Digest } from "./Digest.ts"

/** Version of the tables; an index of another version is rebuilt. */
const INDEX_FORMAT = 2

/** A line of a segment. */
export type SegmentEntry =
  | { readonly record: ActionRecord; readonly at: number }
  /** The record of a key no longer holds: what it names is damaged, or a person asked for it anew. */
  | { readonly forget: Digest; readonly at: number }

/** Opens the index, rebuilding it when it is missing, damaged or of another version. */
export const openIndex = (file: string, segments: string): ActionIndex => {
  try {
    return new ActionIndex(file, segments)
  } catch {
    // It is only a view: whatever is wrong with it, the segments know better.
    for (const suffix of ["", "-wal", "-shm"]) rmSync(`${file}${suffix}`, { force: true })
    return new ActionIndex(file, segments)
  }
}

export class ActionIndex {
  private readonly db: DatabaseSync
  private readonly segments: string
  private readonly selectRecord
  private readonly selectHistory
  private readonly selectTask

  constructor(file: string, segments: string) {
    mkdirSync(dirname(file), { recursive: true })
    this.segments = segments
    this.db = new DatabaseSync(file, { timeout: 10_000 })
    this.db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL")
    const { user_version: version } = this.db.prepare("PRAGMA user_version").get() ?? {}
    if (version !== INDEX_FORMAT) this.createTables()
    this.selectRecord = this.db.prepare("SELECT record FROM holding WHERE key = ?")
    this.selectHistory = this.db.prepare(
      "SELECT record FROM holding WHERE stageType = ? ORDER BY startedAt DESC LIMIT ?"
    )
    this.selectTask = this.db.prepare(
      "SELECT record FROM holding WHERE stageType = ? AND task = ? ORDER BY startedAt DESC LIMIT ?"
    )
    this.refresh()
  }

  private createTables(): void {
    this.db.exec(`
      BEGIN IMMEDIATE;
      DROP VIEW IF EXISTS holding;
      DROP TABLE IF EXISTS action;
      DROP TABLE IF EXISTS forgotten;
      DROP TABLE IF EXISTS segment;
      CREATE TABLE action (
        key TEXT NOT NULL, at REAL NOT NULL, stageType TEXT NOT NULL, task TEXT NOT NULL, startedAt REAL NOT NULL,
        record TEXT NOT NULL, PRIMARY KEY (key, at)
      ) WITHOUT ROWID, STRICT;
      CREATE INDEX action_history ON action (stageType, task, startedAt);
      CREATE VIEW holding AS
        SELECT * FROM action AS one WHERE at = (SELECT min(at) FROM action WHERE key = one.key);
      CREATE TABLE forgotten (key TEXT PRIMARY KEY, at REAL NOT NULL) WITHOUT ROWID, STRICT;
      CREATE TABLE segment (name TEXT PRIMARY KEY, length INTEGER NOT NULL) WITHOUT ROWID, STRICT;
      PRAGMA user_version = ${INDEX_FORMAT};
      COMMIT;
    `)
  }

  find(key: Digest): ActionRecord | undefined {
    return parse(this.selectRecord.get(key))
  }

  /** Every record. */
  all(): ReadonlyArray<ActionRecord> {
    return this.db
      .prepare("SELECT record FROM holding")
      .all()
      .flatMap((row) => parse(row) ?? [])
  }

  /** Records of a stage type, the latest first. */
  history(stageType: string, limit: number): ReadonlyArray<ActionRecord> {
    return this.selectHistory.all(stageType, limit).flatMap((row) => parse(row) ?? [])
  }

  /** Records that a task of this name made, the latest first. */
  ofTask(stageType: string, task: string, limit: number): ReadonlyArray<ActionRecord> {
    return this.selectTask.all(stageType, task, limit).flatMap((row) => parse(row) ?? [])
  }

  /** Takes in what was appended to the segments since they were last read, by this process or another. */
  refresh(): void {
    if (!existsSync(this.segments)) return
    const known = new Map(
      this.db
        .prepare("SELECT name, length FROM segment")
        .all()
        .map((row) => [String(row["name"]), Number(row["length"])])
    )
    const grown = readdirSync(this.segments).flatMap((name) => {
      const size = name.endsWith(".log") ? statSync(join(this.segments, name)).size : 0
      const from = known.get(name) ?? 0
      return size > from ? [{ name, from, size }] : []
    })
    if (grown.length === 0) return
    this.transaction(() => {
      for (const { name, from, size } of grown) {
        const { values, length } = readLines(readFrom(join(this.segments, name), from, size))
        for (const value of values) this.apply(value as SegmentEntry)
        this.setLength(name, from + length)
      }
    })
  }

  /** Takes in entries that this process has just made durable, in a segment that now has this length. */
  add(entries: ReadonlyArray<SegmentEntry>, segment: string, length: number): void {
    this.transaction(() => {
      for (const entry of entries) this.apply(entry)
      this.setLength(segment, length)
    })
  }

  close(): void {
    this.db.close()
  }

  private transaction(run: () => void): void {
    this.db.exec("BEGIN IMMEDIATE")
    try {
      run()
      this.db.exec("COMMIT")
    } catch (cause) {
      this.db.exec("ROLLBACK")
      throw cause
    }
  }

  private setLength(segment: string, length: number): void {
    this.db.prepare("INSERT OR REPLACE INTO segment VALUES (?, ?)").run(segment, length)
  }

  /** The result does not depend on the order of entries, so that segments can be read in any. */
  private apply(entry: SegmentEntry): void {
    if ("forget" in entry) {
      this.db.prepare("DELETE FROM action WHERE key = ? AND at <= ?").run(entry.forget, entry.at)
      this.db
        .prepare("INSERT INTO forgotten VALUES (?, ?) ON CONFLICT DO UPDATE SET at = max(at, excluded.at)")
        .run(entry.forget, entry.at)
      return
    }
    const { record, at } = entry
    const forgotten = this.db.prepare("SELECT at FROM forgotten WHERE key = ?").get(record.key)
    if (forgotten !== undefined && Number(forgotten["at"]) > at) return
    // The first writer wins. Later records are kept: an end of the first one's validity may be read after them.
    this.db
      .prepare("INSERT OR IGNORE INTO action VALUES (?, ?, ?, ?, ?, ?)")
      .run(record.key, at, record.parts.stageType, record.task, record.startedAt, JSON.stringify(record))
  }
}

const parse = (row: Record<string, unknown> | undefined): ActionRecord | undefined =>
  row === undefined ? undefined : JSON.parse(String(row["record"]))

const readFrom = (file: string, from: number, to: number): Uint8Array => {
  const bytes = new Uint8Array(to - from)
  const descriptor = openSync(file, "r")
  try {
    return bytes.subarray(0, readSync(descriptor, bytes, 0, bytes.length, from))
  } finally {
    closeSync(descriptor)
  }
}
