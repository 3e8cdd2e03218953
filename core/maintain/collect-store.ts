/**
 * Collects what a store need not keep. Right beside whatever else works in it, and whatever instant it is killed at:
 * docs/architecture.md says why.
 */
import { basename, dirname, join } from "node:path"
import { Clock, Effect, Option } from "effect"
import { isGuarded, reach } from "../fault/hooks.ts"
import type { ActionRecord } from "../store/ActionRecord.ts"
import { ActionStore } from "../store/ActionStore.ts"
import { ArtifactStore } from "../store/ArtifactStore.ts"
import type { Digest } from "../store/Digest.ts"
import { attemptSync } from "../store/durable.ts"
import { acquireLock } from "../store/file-lock.ts"
import { othersIn } from "../store/Lease.ts"
import { StoreRoot, type StoreRootShape } from "../store/StoreRoot.ts"
import { segmentLengths } from "../store/segment-lengths.ts"
import { compactSegments } from "./compact-segments.ts"
import { type FileSize, sum } from "./file-size.ts"
import { findExpired } from "./find-expired.ts"
import { findTemporaries } from "./find-temporaries.ts"
import type { Pinned, RetentionPolicy } from "./Retention.ts"
import { runsIn } from "./RunUse.ts"
import { nameOf, type StoredRecord } from "./StoredRecords.ts"
import { type Survey, type SurveyOptions, survey } from "./Survey.ts"
import { removeAll, TrashCollection } from "./TrashCollection.ts"

/** What a collection has done. */
export interface Collected {
  readonly survey: Survey
  /** Removed for good, with what earlier collections had taken out. */
  readonly freed: FileSize
  /** Bytes that the segments have become shorter by. */
  readonly compacted: number
  /** Taken out, and removed by a later collection: so many processes live that may rely on it. */
  readonly waiting: FileSize & { readonly processes: number }
}

/**
 * Holds the lock of collections until the scope closes; waits while another has it. What decides what is kept may only be
 * changed under it. Of a store that cannot be written there is none.
 */
export const holdCollection = Effect.flatMap(StoreRoot, ({ locks, lease }) =>
  lease === undefined ? Effect.void : acquireLock(join(locks, "gc"), "another collection")
)

/** What a collection would find, without a lock and without a change. */
export const surveyStore = Effect.fn("surveyStore")(function* (policy: RetentionPolicy, pinned: Pinned) {
  const root = yield* StoreRoot
  const now = yield* Clock.currentTimeMillis
  return yield* attemptSync("read", root.path, () => survey(root, { policy, pinned, now }))
})

/** Collects; the lock of collections has to be held. */
export const collectStore = Effect.fn("collectStore")(function* (policy: RetentionPolicy, pinned: Pinned) {
  const root = yield* StoreRoot
  const actions = yield* ActionStore
  const options: SurveyOptions = { policy, pinned, now: yield* Clock.currentTimeMillis }
  // Before the mark: what those who have ended have left is seen by it.
  const witnesses = yield* attemptSync("read", root.locks, () => othersIn(root.locks, root.lease))
  const forsaken = yield* attemptSync("read", root.trash, () => forsakenCollections(root))
  const temporaries = yield* attemptSync("list", root.path, () => findTemporaries(root))
  const found = yield* attemptSync("read", root.path, () => survey(root, options))
  reach("gc.marked")
  const wasteful = new Set(forsaken.flatMap(({ notes }) => notes.records))
  yield* revive(found)
  const records = [...found.decision.dropped.keys()].map(nameOf)
  const notes = { witnesses, records, evicted: evictedBy(found).map(nameOf), temporaries }
  const collection = yield* attemptSync("write to", root.trash, () => TrashCollection.begin(root, notes))
  yield* evict(found)
  reach("gc.evicted")
  const freed = [yield* attemptSync("empty", root.trash, () => emptyAll(forsaken, found))]
  const holders = yield* attemptSync("move to", root.trash, () => sweep(root, found, collection))
  const isForsaken = holders.length === 0
  const isOther = isForsaken && (yield* attemptSync("read", root.path, () => hasChanged(root, found, actions)))
  // Those who had come and gone while things were moved may have left something that needs them.
  const last = isOther ? yield* attemptSync("read", root.path, () => survey(root, options)) : found
  if (isOther) yield* Effect.andThen(revive(last), evict(last))
  if (isForsaken) {
    freed.push(yield* attemptSync("empty", root.trash, () => emptyAll([collection], last)))
    for (const name of records) wasteful.add(name)
    for (const path of last.expired) freed.push(yield* removeExpired(path, options))
  }
  const dropped = new Set([...last.decision.dropped.keys()].map(nameOf).filter((name) => wasteful.has(name)))
  const compacted = yield* attemptSync("compact", root.actions, () => compactSegments(root, dropped))
  yield* actions.refresh
  const lying = yield* attemptSync("list", root.trash, () => TrashCollection.before(root).map(({ size }) => size))
  return {
    survey: last,
    freed: sum(freed),
    compacted,
    waiting: { ...sum(lying), processes: holders.length }
  } satisfies Collected
})

/** Collections on which nobody relies who lives. One whose collection was killed is closed now: later than any of its moves. */
const forsakenCollections = (root: StoreRootShape): ReadonlyArray<TrashCollection> =>
  TrashCollection.before(root).filter((collection) => {
    if (!collection.isClosed) collection.close(othersIn(root.locks, root.lease))
    return collection.isForsaken
  })

const emptyAll = (collections: ReadonlyArray<TrashCollection>, { isNeeded }: Survey): FileSize =>
  sum(collections.map((collection) => collection.empty(isNeeded)))

/** What this collection ends; and what earlier ones have ended and had no time to move, which goes with the rest. */
const evictedBy = ({ records, decision, evictions }: Survey): ReadonlyArray<StoredRecord> =>
  [...decision.dropped.keys()].filter((record) => records.holds(record) || evictions.has(nameOf(record)))

/** What is dropped and holds. */
const holdingOf = ({ records, decision }: Survey): ReadonlyArray<StoredRecord> =>
  [...decision.dropped.keys()].filter((record) => records.holds(record))

/**
 * Ends the validity of what is dropped, before any of its objects moves. The end is that of the records that were read: what
 * somebody commits meanwhile under the same key is not meant.
 */
const evict = Effect.fnUntraced(function* (found: Survey) {
  const { forget } = yield* ActionStore
  yield* Effect.forEach(
    holdingOf(found),
    ({ key }) => forget(key, Math.max(...found.records.of(key).map(({ at }) => at))),
    { concurrency: "unbounded", discard: true }
  )
})

/**
 * Commits anew what collections have ended and what turns out to be needed, before its objects could be removed. What lacks
 * one stays as it is: somebody may want the rest.
 */
const revive = Effect.fnUntraced(function* ({ records, decision, evictions }: Survey) {
  const { commit, recordsOf } = yield* ActionStore
  const { isPresent } = yield* ArtifactStore
  const whole = [...decision.kept.keys()].flatMap((record): ReadonlyArray<ActionRecord> => {
    if (!evictions.has(nameOf(record)) || records.of(record.key).some((one) => records.holds(one))) return []
    const { runId, startedAt } = record
    const full = recordsOf(record.key).find((one) => one.runId === runId && one.startedAt === startedAt)
    return full !== undefined && Object.values(full.outputs).every(isPresent) ? [full] : []
  })
  yield* Effect.forEach(whole, commit, { concurrency: "unbounded", discard: true })
})

/** Moves what nobody needs into the trash; the leases of those who live then. Nothing is removed. */
const sweep = (
  root: StoreRootShape,
  { objects, isNeeded, decision }: Survey,
  trash: TrashCollection
): ReadonlyArray<string> => {
  for (const digest of objects.keys()) if (!isNeeded(digest)) trash.takeObject(digest)
  for (const { folder } of decision.droppedRuns) trash.takeRun(folder)
  // Asked when all has been moved: who comes later finds nothing in its place, and looks into the trash.
  const holders = isGuarded("await-holders") ? othersIn(root.locks, root.lease) : []
  trash.close(holders)
  return holders
}

/** Milliseconds that a key is waited for. */
const PATIENCE = 100

/**
 * Removes a damaged object, or a checkpoint that has lain there for too long. Nobody was at work a moment ago who could go on
 * from it; who has begun since, and has its key, keeps it.
 */
const removeExpired = (path: string, { policy, now }: SurveyOptions) =>
  Effect.gen(function* () {
    const root = yield* StoreRoot
    const { lock } = yield* ActionStore
    if (dirname(path) === root.checkpoints) {
      const held = yield* Effect.timeoutOption(lock(basename(path) as Digest), PATIENCE)
      if (Option.isNone(held)) return sum([])
    }
    return yield* attemptSync("empty", root.path, () =>
      findExpired(root, policy, now).includes(path) ? removeAll(path) : sum([])
    )
  }).pipe(Effect.scoped)

/** Whether anybody has worked in the store since it was surveyed. */
const hasChanged = (root: StoreRootShape, found: Survey, actions: ActionStore["Service"]): boolean => {
  const own = actions.written()
  const before = { ...found.records.segments, ...own }
  const now = { ...segmentLengths(root.actions), ...own }
  const runs = found.runs.filter((run) => !found.decision.droppedRuns.has(run))
  const ids = new Set(runs.map(({ folder }) => folder.id))
  return (
    runs.some(({ isAlive }) => isAlive) ||
    runsIn(root.runs).some(({ id }) => !ids.has(id)) ||
    Object.entries(now).some(([name, length]) => before[name] !== length)
  )
}
