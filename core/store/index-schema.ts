/** The tables of the index and what is asked of them, in SQL. */
import type { DatabaseSync } from "node:sqlite"

/** Version of the tables; an index of another version is rebuilt. */
export const INDEX_FORMAT = 6

/** Makes all tables anew, whatever is there. */
export const INDEX_SCHEMA = `
  DROP VIEW IF EXISTS holding;
  DROP TABLE IF EXISTS action;
  DROP TABLE IF EXISTS artifact;
  DROP TABLE IF EXISTS code;
  DROP TABLE IF EXISTS forgotten;
  DROP TABLE IF EXISTS segment;
  DROP TABLE IF EXISTS store;
  CREATE TABLE action (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL, at REAL NOT NULL, stageType TEXT NOT NULL, task TEXT NOT NULL,
    startedAt REAL NOT NULL, segment INTEGER NOT NULL, "start" INTEGER NOT NULL, "end" INTEGER NOT NULL,
    family TEXT, reach REAL, UNIQUE (key, at)
  ) STRICT;
  CREATE INDEX action_history ON action (stageType, startedAt);
  CREATE INDEX action_task ON action (stageType, task, startedAt);
  CREATE INDEX action_family ON action (family, reach) WHERE family IS NOT NULL;
  CREATE TABLE artifact (
    digest TEXT NOT NULL, action INTEGER NOT NULL, PRIMARY KEY (digest, action)
  ) WITHOUT ROWID, STRICT;
  CREATE TABLE code (identity TEXT PRIMARY KEY, parts TEXT NOT NULL) WITHOUT ROWID, STRICT;
  CREATE TABLE forgotten (key TEXT PRIMARY KEY, at REAL NOT NULL) WITHOUT ROWID, STRICT;
  CREATE TABLE segment (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, length INTEGER NOT NULL) STRICT;
  CREATE TABLE store (id TEXT NOT NULL) STRICT;
  CREATE VIEW holding AS
    SELECT * FROM action AS one WHERE at = (
      SELECT min(at) FROM action
      WHERE key = one.key AND at > coalesce((SELECT at FROM forgotten WHERE key = one.key), -1)
    );
  PRAGMA user_version = ${INDEX_FORMAT};
`

const PLACE = 'name, "start", "end"'

/** The questions and changes, prepared. Throws where the tables are not those of the schema. */
export const prepareStatements = (db: DatabaseSync) => ({
  find: db.prepare(`
    SELECT ${PLACE} FROM action JOIN segment ON segment.id = segment
    WHERE key = :key AND at > coalesce((SELECT at FROM forgotten WHERE key = :key), -1) ORDER BY at LIMIT 1`),
  latestOf: db.prepare(`
    SELECT max(at) AS at FROM (
      SELECT max(at) AS at FROM action WHERE key = :key UNION ALL SELECT at FROM forgotten WHERE key = :key
    )`),
  any: db.prepare("SELECT 1 FROM action LIMIT 1"),
  anyEnd: db.prepare("SELECT 1 FROM forgotten LIMIT 1"),
  recordsOf: db.prepare(`
    SELECT ${PLACE} FROM action JOIN segment ON segment.id = segment WHERE key = :key ORDER BY at`),
  findArtifacts: db.prepare(`
    SELECT digest, ${PLACE} FROM (
      SELECT digest, max(action) AS latest FROM artifact WHERE digest >= :from AND digest < :to GROUP BY digest
    ) JOIN action ON action.id = latest JOIN segment ON segment.id = segment`),
  holding: db.prepare(`SELECT ${PLACE} FROM holding JOIN segment ON segment.id = segment ORDER BY key`),
  history: db.prepare(`
    SELECT ${PLACE} FROM holding JOIN segment ON segment.id = segment
    WHERE stageType = :stageType ORDER BY startedAt DESC LIMIT :limit`),
  ofTask: db.prepare(`
    SELECT ${PLACE} FROM holding JOIN segment ON segment.id = segment
    WHERE stageType = :stageType AND task = :task ORDER BY startedAt DESC LIMIT :limit`),
  ofStage: db.prepare(`
    SELECT ${PLACE} FROM holding JOIN segment ON segment.id = segment
    WHERE stageType = :stageType AND (task = :stage OR (task >= :from AND task < :to))
    ORDER BY startedAt DESC LIMIT :limit`),
  ofFamily: db.prepare(`
    SELECT ${PLACE} FROM holding JOIN segment ON segment.id = segment
    WHERE family = :family AND reach < :below ORDER BY reach DESC LIMIT :limit`),
  insert: db.prepare("INSERT OR IGNORE INTO action VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
  insertArtifact: db.prepare("INSERT OR IGNORE INTO artifact VALUES (?, ?)"),
  lengths: db.prepare("SELECT name, length FROM segment"),
  segmentId: db.prepare("SELECT id FROM segment WHERE name = ?"),
  setLength: db.prepare(`
    INSERT INTO segment VALUES (NULL, ?, ?) ON CONFLICT (name) DO UPDATE SET length = max(length, excluded.length)`),
  findCode: db.prepare("SELECT parts FROM code WHERE identity = ?"),
  codesLike: db.prepare("SELECT identity FROM code WHERE identity >= :from AND identity < :to"),
  insertCode: db.prepare("INSERT OR IGNORE INTO code VALUES (?, ?)"),
  forget: db.prepare("INSERT INTO forgotten VALUES (?, ?) ON CONFLICT DO UPDATE SET at = max(at, excluded.at)")
})
