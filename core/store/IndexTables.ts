/** The tables of the index: action records in SQLite, as the segments give them. Throws what SQLite and the disk throw. */
import { join } from "node:path"
import { DatabaseSync, type StatementSync } from "node:sqlite"
import type { ActionRecord, CodeParts } from "./ActionRecord.ts"
import type { Artifact } from "./Artifact.ts"
import { readLines } from "./checked-lines.ts"
import type { Digest } from "./Digest.ts"
import { readFrom, segmentLengths } from "./segment-lengths.ts"

/** Version of the tables; an index of another version is rebuilt. */
const INDEX_FORMAT = 5

/** A record as it stands in a segment: what explains its code stands there once for all that share the code. */
export type BareRecord = Omit<ActionRecord, "codeParts"> & Partial<Pick<ActionRecord, "codeParts">>

/** A line of a segment. */
export type SegmentEntry =
  | { readonly record: BareRecord; readonly at: number }
  /** What explains a code identity. */
  | { readonly code: Digest; readonly parts: CodeParts }
  /** The record of a key no longer holds: what it names is damaged, or a person asked for it anew. */
  | { readonly forget: Digest; readonly at: number }

/** What an index is a view of. */
export interface IndexSource {
  /** Folder of the segments. */
  readonly segments: string
  /** Id of their store. */
  readonly store: string
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
  private storeId: StatementSync | undefined
  private readonly codes = new Map<string, CodeParts>()

  /** Opens the tables in a file, or in memory where that is `:memory:`, and takes in what the segments have. */
  constructor(file: string, source: IndexSource) {
    this.source = source
    this.db = new DatabaseSync(file, { timeout: 10_000 })
    this.version = this.db.prepare("PRAGMA user_version")
    try {
      this.db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL")
      if (!this.isCurrent()) this.transaction(() => this.makeTables())
      this.statements = prepare(this.db)
      this.refresh()
    } catch (cause) {
      this.db.close()
      throw cause
    }
  }

  /** The record that holds for a key. */
  find(key: Digest): ActionRecord | undefined {
    const row = this.statements.find.get({ key })
    return row === undefined ? undefined : this.parse(row)
  }

  /** Every record that a key ever had, the oldest first. */
  recordsOf(key: Digest): ReadonlyArray<ActionRecord> {
    return this.statements.recordsOf.all({ key }).map(this.parse)
  }

  /** Artifacts of any record, whether it holds or not, whose digest starts like this; each once. */
  findArtifacts(prefix: string): ReadonlyArray<Artifact> {
    // Digests are hexadecimal: the letter after f ends the range.
    return this.statements.findArtifacts.all({ from: prefix, to: `${prefix}g` }).flatMap((row) => {
      const { outputs } = this.parse(row)
      return Object.values(outputs).find(({ digest }) => digest === row["digest"]) ?? []
    })
  }

  /** Records of a stage type that hold, the latest first. */
  history(stageType: string, limit: number): ReadonlyArray<ActionRecord> {
    return this.statements.history.all({ stageType, limit }).map(this.parse)
  }

  /** Records that hold and that a task of this name made, the latest first. */
  ofTask(stageType: string, task: string, limit: number): ReadonlyArray<ActionRecord> {
    return this.statements.ofTask.all({ stageType, task, limit }).map(this.parse)
  }

  /** Records of a family that hold and do not reach as far as `below`, the furthest first. */
  ofFamily(family: Digest, below: number, limit: number): ReadonlyArray<ActionRecord> {
    return this.statements.ofFamily.all({ family, below, limit }).map(this.parse)
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

  private readonly parse = (row: Record<string, unknown>): ActionRecord => {
    const record: BareRecord = JSON.parse(String(row["record"]))
    return { ...record, codeParts: this.codeParts(record.parts.code) ?? { declarations: {}, packages: {} } }
  }

  /**
   * Takes in what was appended to the segments since they were last read. What this process appends to its `own` segment
   * it adds by itself.
   */
  refresh(own?: string): void {
    const grown = this.isCurrent() ? this.grownSegments(this.knownLengths(), own) : undefined
    if (grown?.length === 0) return
    this.transaction(() => {
      if (grown === undefined) this.makeTables()
      for (const segment of grown ?? this.grownSegments(new Map()) ?? []) this.takeIn(segment)
    })
  }

  /** Takes in entries that this process has made durable, in a segment that then had this length. */
  add(entries: ReadonlyArray<SegmentEntry>, segment: string, length: number): void {
    // Another store may have been given this index meanwhile.
    if (!this.isCurrent()) {
      this.refresh()
      return
    }
    this.transaction(() => {
      for (const entry of entries) this.apply(entry)
      this.setLength(segment, length)
    })
  }

  close(): void {
    this.db.close()
  }

  /** Whether the tables are of this version and of this store. */
  private isCurrent(): boolean {
    const { user_version: version } = this.version.get() ?? {}
    if (version !== INDEX_FORMAT) return false
    this.storeId ??= this.db.prepare("SELECT id FROM store")
    return this.storeId.get()?.["id"] === this.source.store
  }

  private makeTables(): void {
    this.db.exec(`
      DROP VIEW IF EXISTS holding;
      DROP TABLE IF EXISTS action;
      DROP TABLE IF EXISTS artifact;
      DROP TABLE IF EXISTS code;
      DROP TABLE IF EXISTS forgotten;
      DROP TABLE IF EXISTS segment;
      DROP TABLE IF EXISTS store;
      CREATE TABLE action (
        key TEXT NOT NULL, at REAL NOT NULL, stageType TEXT NOT NULL, task TEXT NOT NULL, startedAt REAL NOT NULL,
        record TEXT NOT NULL, family TEXT, reach REAL, PRIMARY KEY (key, at)
      ) WITHOUT ROWID, STRICT;
      CREATE INDEX action_history ON action (stageType, startedAt);
      CREATE INDEX action_task ON action (stageType, task, startedAt);
      CREATE INDEX action_family ON action (family, reach) WHERE family IS NOT NULL;
      CREATE TABLE artifact (
        digest TEXT NOT NULL, key TEXT NOT NULL, at REAL NOT NULL, PRIMARY KEY (digest, key, at)
      ) WITHOUT ROWID, STRICT;
      CREATE TABLE code (identity TEXT PRIMARY KEY, parts TEXT NOT NULL) WITHOUT ROWID, STRICT;
      CREATE TABLE forgotten (key TEXT PRIMARY KEY, at REAL NOT NULL) WITHOUT ROWID, STRICT;
      CREATE TABLE segment (name TEXT PRIMARY KEY, length INTEGER NOT NULL) WITHOUT ROWID, STRICT;
      CREATE TABLE store (id TEXT NOT NULL) STRICT;
      CREATE VIEW holding AS
        SELECT * FROM action AS one WHERE at = (
          SELECT min(at) FROM action
          WHERE key = one.key AND at > coalesce((SELECT at FROM forgotten WHERE key = one.key), -1)
        );
      PRAGMA user_version = ${INDEX_FORMAT};
    `)
    this.db.prepare("INSERT INTO store VALUES (?)").run(this.source.store)
  }

  private knownLengths(): ReadonlyMap<string, number> {
    const rows = this.statements.lengths.all()
    return new Map(rows.map(({ name, length }) => [String(name), Number(length)]))
  }

  /** Segments with new lines; `undefined` when one that was read is gone or shorter: all must be read anew. */
  private grownSegments(known: ReadonlyMap<string, number>, own?: string): ReadonlyArray<GrownSegment> | undefined {
    const sizes = new Map(Object.entries(segmentLengths(this.source.segments)))
    for (const [name, length] of known) if ((sizes.get(name) ?? -1) < length) return undefined
    return [...sizes].flatMap(([name, size]) => {
      const from = known.get(name) ?? 0
      return size > from && name !== own ? [{ name, from, size }] : []
    })
  }

  private takeIn({ name, from, size }: GrownSegment): void {
    const { values, length } = readLines(readFrom(join(this.source.segments, name), from, size))
    for (const value of values) this.apply(value as SegmentEntry)
    this.setLength(name, from + length)
  }

  private setLength(segment: string, length: number): void {
    this.statements.setLength.run(segment, length)
  }

  /**
   * The result does not depend on the order of entries, so that segments can be read in any.
   *
   * Every record is kept: the first writer wins, but the end of its validity may be read after those that follow, and
   * runs of before refer to what they found, whether it holds or not.
   */
  private apply(entry: SegmentEntry): void {
    if ("forget" in entry) {
      this.statements.forget.run(entry.forget, entry.at)
      return
    }
    if ("code" in entry) {
      this.statements.insertCode.run(entry.code, JSON.stringify(entry.parts))
      return
    }
    const { at } = entry
    // Records of format 1 carry what explains their code.
    const { codeParts, ...record } = entry.record
    const { key, parts, task, startedAt, family } = record
    if (codeParts !== undefined) this.statements.insertCode.run(parts.code, JSON.stringify(codeParts))
    const place = [family?.digest ?? null, family?.at ?? null]
    this.statements.insert.run(key, at, parts.stageType, task, startedAt, JSON.stringify(record), ...place)
    for (const { digest } of Object.values(record.outputs)) this.statements.insertArtifact.run(digest, key, at)
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

const prepare = (db: DatabaseSync) => ({
  find: db.prepare(`
    SELECT record FROM action
    WHERE key = :key AND at > coalesce((SELECT at FROM forgotten WHERE key = :key), -1) ORDER BY at LIMIT 1`),
  recordsOf: db.prepare("SELECT record FROM action WHERE key = :key ORDER BY at"),
  findArtifacts: db.prepare(`
    SELECT found.digest, record FROM action JOIN (
      SELECT digest, key, max(at) AS at FROM artifact WHERE digest >= :from AND digest < :to GROUP BY digest
    ) AS found USING (key, at)`),
  history: db.prepare("SELECT record FROM holding WHERE stageType = :stageType ORDER BY startedAt DESC LIMIT :limit"),
  ofTask: db.prepare(`
    SELECT record FROM holding WHERE stageType = :stageType AND task = :task ORDER BY startedAt DESC LIMIT :limit`),
  ofFamily: db.prepare(`
    SELECT record FROM holding WHERE family = :family AND reach < :below ORDER BY reach DESC LIMIT :limit`),
  insert: db.prepare("INSERT OR IGNORE INTO action VALUES (?, ?, ?, ?, ?, ?, ?, ?)"),
  insertArtifact: db.prepare("INSERT OR IGNORE INTO artifact VALUES (?, ?, ?)"),
  lengths: db.prepare("SELECT name, length FROM segment"),
  setLength: db.prepare(`
    INSERT INTO segment VALUES (?, ?) ON CONFLICT DO UPDATE SET length = max(length, excluded.length)`),
  findCode: db.prepare("SELECT parts FROM code WHERE identity = ?"),
  insertCode: db.prepare("INSERT OR IGNORE INTO code VALUES (?, ?)"),
  forget: db.prepare("INSERT INTO forgotten VALUES (?, ?) ON CONFLICT DO UPDATE SET at = max(at, excluded.at)")
})
