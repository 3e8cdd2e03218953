/** Which results and runs a collection keeps, and why: a decision about what was read, without a look at the disk. */
import { isGuarded } from "../fault/hooks.ts"
import type { Digest } from "../store/Digest.ts"
import type { RunUse } from "./RunUse.ts"
import { nameOf, type StoredRecord, type StoredRecords } from "./StoredRecords.ts"

/** What a person asks to be dropped; without any of it, only what nothing needs. Durations in milliseconds, sizes in bytes. */
export interface RetentionPolicy {
  /** Results that were made longer ago. */
  readonly olderThan?: number
  /** Results that no run has made or found for so long. */
  readonly unusedFor?: number
  /** Results used longest ago, until those that stay take no more. */
  readonly maxSize?: number
  /** Results of the last so many runs of each pipeline stay; where nothing else is asked for, the others go. */
  readonly keepLast?: number
  /** Runs themselves go too, by the same measures. */
  readonly runs: boolean
}

/** Why a result stays. */
export type Keeping =
  /** Its run is pinned, or it is itself. */
  | "pinned"
  /** A run has it that is going on. */
  | "in use"
  /** One of the last runs of its pipeline has it. */
  | "of the last runs"
  /** It holds, and nothing asks for its end. */
  | "valid"
  /** It holds no longer, but an earlier run refers to it. */
  | "referred to"

/** Why a result goes. */
export type Dropping = "ended" | "dropped before" | "too old" | "unused" | "over the size" | "not of the last runs"

/** What is pinned. */
export interface Pinned {
  /** Ids of runs. */
  readonly runs: ReadonlySet<string>
  /** Digests of artifacts. */
  readonly artifacts: ReadonlySet<Digest>
}

export interface Decision {
  readonly kept: ReadonlyMap<StoredRecord, Keeping>
  readonly dropped: ReadonlyMap<StoredRecord, Dropping>
  readonly droppedRuns: ReadonlySet<RunUse>
  /** Runs whose plans, code and sources are needed: of what stays, some result is theirs. */
  readonly keptRuns: ReadonlySet<RunUse>
}

/** Names of records that collections have ended and whose objects may lie in the trash; each with the leases of its witnesses. */
export type Evictions = ReadonlyMap<string, ReadonlySet<string>>

export interface Facts {
  readonly records: StoredRecords
  readonly runs: ReadonlyArray<RunUse>
  readonly evictions: Evictions
  readonly pinned: Pinned
  /** Milliseconds since 1970. */
  readonly now: number
}

/** Decides about every record and run. */
export const decide = (policy: RetentionPolicy, facts: Facts): Decision => {
  const shields = shieldedRuns(policy, facts)
  const droppedRuns = new Set(policy.runs ? facts.runs.filter((run) => mayGo(run, policy, shields, facts.now)) : [])
  const uses = usesOf(facts, droppedRuns, shields)
  const kept = new Map<StoredRecord, Keeping>()
  const dropped = new Map<StoredRecord, Dropping>()
  for (const record of facts.records.all) {
    const use = uses.get(record)
    const verdict = judge(record, use, policy, facts)
    if (isDropping(verdict)) dropped.set(record, verdict)
    else kept.set(record, verdict)
  }
  if (policy.maxSize !== undefined) shrink(policy.maxSize, kept, dropped, (record) => lastUse(record, uses.get(record)))
  const keptRuns = new Set(facts.runs.filter((run) => !droppedRuns.has(run) && isNeeded(run, policy, shields, kept)))
  return { kept, dropped, droppedRuns, keptRuns }
}

/** Runs whose results stay whatever is asked for, and why. */
const shieldedRuns = ({ keepLast }: RetentionPolicy, { runs, pinned, now }: Facts): ReadonlyMap<RunUse, Keeping> => {
  const shields = new Map<RunUse, Keeping>()
  const counts = new Map<string, number>()
  for (const run of runs.toSorted((a, b) => b.startedAt - a.startedAt)) {
    if (pinned.runs.has(run.folder.id)) shields.set(run, "pinned")
    else if (run.isAlive && isGuarded("keep-runs-at-work")) shields.set(run, "in use")
    else if (keepLast === undefined) continue
    // It may be the last one of any.
    else if (run.pipeline === undefined && run.isFlawed) shields.set(run, "of the last runs")
    else if (run.pipeline !== undefined) {
      // What is from the future says that the clock was wrong, and not which runs were the last.
      const isDated = run.startedAt <= now || !isGuarded("doubt-the-future")
      const count = (counts.get(run.pipeline) ?? 0) + (isDated ? 1 : 0)
      counts.set(run.pipeline, count)
      if (!isDated || count <= keepLast) shields.set(run, "of the last runs")
    }
  }
  return shields
}

/** Whether nothing but `keepLast` is asked for, which then is the measure itself. */
const asksOnlyForLast = ({ olderThan, unusedFor, maxSize, keepLast }: RetentionPolicy): boolean =>
  keepLast !== undefined && olderThan === undefined && unusedFor === undefined && maxSize === undefined

const isOlder = (at: number, age: number | undefined, now: number): boolean => age !== undefined && now - at > age

const mayGo = (run: RunUse, policy: RetentionPolicy, shields: ReadonlyMap<RunUse, Keeping>, now: number): boolean =>
  !shields.has(run) &&
  (asksOnlyForLast(policy) ||
    isOlder(run.startedAt, policy.olderThan, now) ||
    isOlder(run.startedAt, policy.unusedFor, now))

/** What runs have of a record. */
interface Use {
  /** When a run last made or found it. */
  readonly last: number
  readonly shield: Keeping | undefined
  /** Whether a run refers to it that stays. */
  readonly isReferredTo: boolean
}

const usesOf = (
  { records, runs, evictions, pinned }: Facts,
  droppedRuns: ReadonlySet<RunUse>,
  shields: ReadonlyMap<RunUse, Keeping>
): ReadonlyMap<StoredRecord, Use> => {
  const uses = new Map<StoredRecord, Use>()
  const enter = (record: StoredRecord, more: Partial<Use>): void => {
    const use = uses.get(record)
    uses.set(record, {
      last: Math.max(use?.last ?? 0, more.last ?? 0),
      shield: stronger(use?.shield, more.shield),
      isReferredTo: use?.isReferredTo === true || more.isReferredTo === true
    })
  }
  for (const run of runs) {
    const use = { last: run.startedAt, isReferredTo: !droppedRuns.has(run) }
    const shieldOf = (record: StoredRecord) =>
      shields.get(run) ?? (hasSeen(run, record, evictions) ? "in use" : undefined)
    for (const record of run.results) enter(record, { ...use, shield: shieldOf(record) })
  }
  // A run says what it has made a moment after the record is there; killed in between, it never does.
  const byId = new Map(runs.map((run) => [run.folder.id, run]))
  for (const record of records.all) {
    const maker = byId.get(record.runId)
    if (maker !== undefined) enter(record, { last: maker.startedAt, shield: shields.get(maker) })
  }
  for (const digest of pinned.artifacts) {
    for (const record of records.withArtifact(digest)) enter(record, { shield: "pinned" })
  }
  return uses
}

/** Whether a run has a result that a collection ended while it lived: it had found that, and said so too late for the mark. */
const hasSeen = ({ holder }: RunUse, record: StoredRecord, evictions: Evictions): boolean =>
  holder !== undefined && evictions.size > 0 && evictions.get(nameOf(record))?.has(holder) === true

const ORDER: ReadonlyArray<Keeping> = ["pinned", "in use", "of the last runs"]

const stronger = (a: Keeping | undefined, b: Keeping | undefined): Keeping | undefined =>
  ORDER.find((shield) => shield === a || shield === b)

const lastUse = ({ at }: StoredRecord, use: Use | undefined): number => Math.max(at, use?.last ?? 0)

const judge = (
  record: StoredRecord,
  use: Use | undefined,
  policy: RetentionPolicy,
  { records, evictions, now }: Facts
): Keeping | Dropping => {
  if (use?.shield !== undefined) return use.shield
  if (isOlder(record.at, policy.olderThan, now)) return "too old"
  if (isOlder(lastUse(record, use), policy.unusedFor, now)) return "unused"
  if (asksOnlyForLast(policy)) return "not of the last runs"
  if (records.holds(record)) return "valid"
  // Runs refer to most of what is dropped: that was no reason then, and is none now.
  if (evictions.has(nameOf(record))) return "dropped before"
  return use?.isReferredTo === true ? "referred to" : "ended"
}

const DROPPINGS: ReadonlySet<string> = new Set<Dropping>([
  "ended",
  "dropped before",
  "too old",
  "unused",
  "over the size",
  "not of the last runs"
])

const isDropping = (verdict: Keeping | Dropping): verdict is Dropping => DROPPINGS.has(verdict)

/** Drops what was used longest ago until the rest takes no more than so many bytes. An object of several results counts once. */
const shrink = (
  maxSize: number,
  kept: Map<StoredRecord, Keeping>,
  dropped: Map<StoredRecord, Dropping>,
  lastUseOf: (record: StoredRecord) => number
): void => {
  const users = new Map<Digest, number>()
  let size = 0
  for (const { objects, bytes } of kept.keys()) {
    size += bytes
    for (const { digest, bytes: length } of objects) {
      const count = users.get(digest) ?? 0
      users.set(digest, count + 1)
      if (count === 0) size += length
    }
  }
  const free = [...kept].flatMap(([record, keeping]) =>
    ORDER.includes(keeping) ? [] : [{ record, last: lastUseOf(record) }]
  )
  for (const { record } of free.sort((a, b) => a.last - b.last)) {
    if (size <= maxSize) return
    kept.delete(record)
    dropped.set(record, "over the size")
    size -= record.bytes
    for (const { digest, bytes } of record.objects) {
      const count = (users.get(digest) ?? 1) - 1
      users.set(digest, count)
      if (count === 0) size -= bytes
    }
  }
}

const isNeeded = (
  run: RunUse,
  { olderThan, unusedFor, maxSize, keepLast }: RetentionPolicy,
  shields: ReadonlyMap<RunUse, Keeping>,
  kept: ReadonlyMap<StoredRecord, Keeping>
): boolean =>
  shields.has(run) ||
  [olderThan, unusedFor, maxSize, keepLast].every((measure) => measure === undefined) ||
  [...run.results].some((record) => kept.has(record))
