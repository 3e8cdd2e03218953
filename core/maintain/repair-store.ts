/**
 * Mends what `verifyStore` has found: what is damaged goes to the quarantine, and what results lack is computed again.
 *
 * Others may work in the store meanwhile: each result is mended under the claim of its key, and only if it still lacks something.
 */
import { existsSync, rmSync } from "node:fs"
import { mkdir, rename } from "node:fs/promises"
import { basename, join } from "node:path"
import { Clock, Effect, Option } from "effect"
import { openCatalogue } from "../record/catalogue-file.ts"
import { RunHistory } from "../record/RunHistory.ts"
import type { ActionRecord } from "../store/ActionRecord.ts"
import { ActionStore } from "../store/ActionStore.ts"
import * as Digest from "../store/Digest.ts"
import { attempt, attemptSync } from "../store/durable.ts"
import { acquireLock } from "../store/file-lock.ts"
import { othersIn } from "../store/Lease.ts"
import { mendSegment } from "../store/mend-segment.ts"
import { isSound, ObjectStore } from "../store/ObjectStore.ts"
import { StoreRoot } from "../store/StoreRoot.ts"
import type { Damage } from "./Damage.ts"
import { findAbandoned } from "./find-temporaries.ts"
import { type Restoration, restoreResult } from "./restore-result.ts"
import { upstreamFirst } from "./upstream-first.ts"
import type { StoreReport } from "./verify-store.ts"

/** A result that a run computes again. */
export interface EndedResult {
  readonly task: string
  readonly key: Digest.Digest
  readonly reason: string
}

export interface Repair {
  /** Results of which all is as it was: computed again, with the same digests. */
  readonly restored: ReadonlyArray<string>
  readonly ended: ReadonlyArray<EndedResult>
  /** Segments that have lost their damaged lines, and the records of these with them: a run computes what they told of. */
  readonly segments: number
  /** What is made anew when it is wanted, and files that nobody misses: taken out of the store. */
  readonly removed: number
  /** What cannot be mended. */
  readonly remaining: ReadonlyArray<Damage>
  /** Pipeline files whose runs made results that are ended. */
  readonly pipelines: ReadonlyArray<string>
}

/** Mends a store; `onResult` hears of each result in turn. */
export const repairStore = Effect.fn("repairStore")(function* (
  { damages }: StoreReport,
  onResult: (task: string, restoration: Restoration) => void
) {
  const actions = yield* ActionStore
  const ofKind = (...kinds: ReadonlyArray<Damage["what"]>) => damages.filter(({ what }) => kinds.includes(what))
  const busy = yield* mendSegments(ofKind("segment"))
  if (ofKind("index", "segment").length > 0) yield* actions.renewIndex
  const records = actions.holding()
  const ended = yield* endBroken(records, ofKind("record"))
  const views = ofKind("catalogue", "checkpoint", "trash")
  for (const { what, name } of views) yield* what === "catalogue" ? renewCatalogue : moveAway(name)
  const abandoned = yield* removeAbandoned
  const restored: Array<string> = []
  for (const record of yield* lackingOf(records, ofKind("object"))) {
    const restoration = yield* restoreResult(record)
    onResult(record.task, restoration)
    if (restoration._tag === "Restored") restored.push(record.task)
    if (restoration._tag === "Ended") ended.push({ record, reason: restoration.reason })
  }
  return {
    restored,
    ended: ended.map(({ record: { task, key }, reason }) => ({ task, key, reason })),
    segments: ofKind("segment").length - busy.length,
    removed: views.length + abandoned,
    remaining: [...ofKind("journal", "plan", "code", "source"), ...busy],
    pipelines: yield* pipelinesOf(ended.map(({ record }) => record))
  } satisfies Repair
})

/** Ends the records that are not what they were: nothing of them can be trusted. */
const endBroken = Effect.fnUntraced(function* (records: ReadonlyArray<ActionRecord>, damages: ReadonlyArray<Damage>) {
  const actions = yield* ActionStore
  const problems = new Map(damages.map(({ name, problem }) => [name, problem]))
  const ended: Array<{ readonly record: ActionRecord; readonly reason: string }> = []
  for (const record of records) {
    const reason = problems.get(record.key)
    if (reason === undefined) continue
    yield* actions.forget(record.key)
    ended.push({ record, reason })
  }
  return ended
})

/** Those that are left as they are, because somebody may be writing them. */
const mendSegments = Effect.fnUntraced(function* (damages: ReadonlyArray<Damage>) {
  const { actions, quarantine } = yield* StoreRoot
  if (damages.length === 0) return []
  if (yield* hasOthers) {
    return damages.map((one) => ({
      ...one,
      problem: `${one.problem}; others are at work: repair it when they are done`
    }))
  }
  for (const { name } of damages) yield* attempt("mend", name, () => mendSegment(actions, name, quarantine))
  return []
})

/** Takes something out of the store that is made anew when it is wanted, keeping it for inspection. */
const moveAway = Effect.fnUntraced(function* (name: string) {
  const { path, quarantine } = yield* StoreRoot
  const at = yield* Clock.currentTimeMillis
  yield* attempt("quarantine", name, async () => {
    await mkdir(quarantine, { recursive: true })
    if (existsSync(join(path, name))) await rename(join(path, name), join(quarantine, `${basename(name)}-${at}`))
  })
})

/** Somebody may have mended it meanwhile, and nobody is to write it now. */
const renewCatalogue = Effect.gen(function* () {
  const { catalogue, locks } = yield* StoreRoot
  yield* acquireLock(join(locks, "catalogue"))
  const found = yield* Effect.result(attempt("read", catalogue, () => openCatalogue(catalogue)))
  if (found._tag === "Failure") yield* moveAway(basename(catalogue))
}).pipe(Effect.scoped)

/** How many files of dead processes were removed; none while others are at work: they may have been held up for hours. */
const removeAbandoned = Effect.gen(function* () {
  const root = yield* StoreRoot
  const now = yield* Clock.currentTimeMillis
  // Listed before it is asked who lives: what is begun later is not listed.
  const files = yield* attemptSync("list", root.path, () => findAbandoned(root, now))
  if (yield* hasOthers) return 0
  yield* attemptSync("remove", root.path, () => {
    for (const file of files) rmSync(join(root.path, file), { force: true })
  })
  return files.length
})

/** Whether somebody else is at work in the store. */
const hasOthers = Effect.flatMap(StoreRoot, ({ lease, locks }) =>
  attemptSync("read", locks, () => othersIn(locks, lease).length > 0)
)

/** The results that lack an object, upstream first: what is restored is an input of what follows. Damaged objects are put away. */
const lackingOf = Effect.fnUntraced(function* (records: ReadonlyArray<ActionRecord>, damages: ReadonlyArray<Damage>) {
  const objects = yield* ObjectStore
  const lost = new Set<Digest.Digest>()
  for (const { name } of damages) if (Digest.isDigest(name) && !(yield* isSound(objects, name))) lost.add(name)
  const lacking = records.filter(({ outputs }) =>
    Object.values(outputs).some(({ files }) =>
      files.some(({ digest, inline }) => inline === undefined && lost.has(digest))
    )
  )
  return upstreamFirst(lacking)
})

/** The files of the pipelines whose runs made these results, as they were named then. */
const pipelinesOf = Effect.fnUntraced(function* (records: ReadonlyArray<ActionRecord>) {
  const history = yield* RunHistory
  const runs = new Set(records.map(({ runId }) => runId))
  const files = yield* Effect.forEach(runs, (run) =>
    Effect.option(Effect.flatMap(history.resolve(run), history.state)).pipe(
      Effect.map((state) => (Option.isSome(state) ? state.value.started?.file : undefined))
    )
  )
  return [...new Set(files.filter((file) => file !== undefined))].sort()
})
