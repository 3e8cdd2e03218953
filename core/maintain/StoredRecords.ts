/** Every record that the segments of a store hold, with what a collection asks of it. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import type { ToldRecord } from "../record/TaskResult.ts"
import type { ActionRecord } from "../store/ActionRecord.ts"
import type { Digest } from "../store/Digest.ts"
import type { SegmentEntry } from "../store/IndexTables.ts"
import type { StoredObject } from "../store/ObjectStore.ts"
import { readEntries } from "../store/read-entries.ts"
import { type SegmentLengths, segmentLengths } from "../store/segment-lengths.ts"

/** A record, without what only its readers want. */
export interface StoredRecord
  extends ToldRecord,
    Pick<ActionRecord, "key" | "runId" | "task" | "startedAt" | "durationMillis"> {
  /** When it was committed, in milliseconds since 1970: it tells the records of one key apart. */
  readonly at: number
  readonly stageType: string
  readonly code: Digest
  /** What its outputs consist of, besides what lies in its line. */
  readonly objects: ReadonlyArray<StoredObject>
  /** Size of its line in the segment. */
  readonly bytes: number
}

/** Names a record among all of a store. */
export const nameOf = ({ key, at }: Pick<StoredRecord, "key" | "at">): string => `${key} ${at}`

export class StoredRecords {
  /** Lengths of the segments that were read. */
  readonly segments: SegmentLengths
  private readonly byKey = new Map<Digest, Array<StoredRecord>>()
  private readonly forgotten = new Map<Digest, number>()
  private readonly byArtifact = new Map<Digest, Array<StoredRecord>>()

  /** Reads the segments of a folder one after the other. Throws what the disk throws. */
  constructor(folder: string) {
    this.segments = segmentLengths(folder)
    for (const name of Object.keys(this.segments)) {
      for (const { value, start, end } of readEntries(readFileSync(join(folder, name))).lines) {
        this.enter(value, end - start)
      }
    }
    for (const records of this.byKey.values()) records.sort((a, b) => a.at - b.at)
  }

  get all(): ReadonlyArray<StoredRecord> {
    return [...this.byKey.values()].flat()
  }

  /** Every record of a key, the oldest first. */
  of(key: Digest): ReadonlyArray<StoredRecord> {
    return this.byKey.get(key) ?? []
  }

  /** Every record with an output of this digest. */
  withArtifact(digest: Digest): ReadonlyArray<StoredRecord> {
    return this.byArtifact.get(digest) ?? []
  }

  /** Whether a record is the one that holds for its key. */
  holds(record: StoredRecord): boolean {
    const end = this.forgotten.get(record.key) ?? Number.NEGATIVE_INFINITY
    return this.of(record.key).find(({ at }) => at > end) === record
  }

  private enter(entry: SegmentEntry, bytes: number): void {
    if ("code" in entry) return
    if ("forget" in entry) {
      this.forgotten.set(entry.forget, Math.max(entry.at, this.forgotten.get(entry.forget) ?? entry.at))
      return
    }
    const { key } = entry.record
    // A collection that was killed may have left a record twice.
    if (this.of(key).some(({ at }) => at === entry.at)) return
    const record = storedRecord(entry, bytes)
    push(this.byKey, key, record)
    for (const { digest } of Object.values(record.outputs)) push(this.byArtifact, digest, record)
  }
}

/** Of one digest there may be as many as there are records. */
const push = (lists: Map<Digest, Array<StoredRecord>>, digest: Digest, record: StoredRecord): void => {
  const list = lists.get(digest)
  if (list === undefined) lists.set(digest, [record])
  else list.push(record)
}

const storedRecord = (
  { record, at }: Extract<SegmentEntry, { readonly record: unknown }>,
  bytes: number
): StoredRecord => ({
  key: record.key,
  at,
  runId: record.runId,
  task: record.task,
  startedAt: record.startedAt,
  durationMillis: record.durationMillis,
  stageType: record.parts.stageType,
  code: record.parts.code,
  outputs: Object.fromEntries(Object.entries(record.outputs).map(([port, { digest }]) => [port, { digest }])),
  objects: Object.values(record.outputs).flatMap(({ files }) =>
    files.flatMap(({ digest, bytes: size, inline }) => (inline === undefined ? [{ digest, bytes: size }] : []))
  ),
  bytes
})
