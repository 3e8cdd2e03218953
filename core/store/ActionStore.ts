/** Results by key: append-only segments are the truth, an index the view. */
import { Clock, Context, Effect, Layer, type Scope } from "effect"
import { isGuarded } from "../fault/hooks.ts"
import { ActionIndex } from "./ActionIndex.ts"
import type { ActionRecord } from "./ActionRecord.ts"
import type { Artifact } from "./Artifact.ts"
import { acquireClaim } from "./acquire-claim.ts"
import { sayWaiting } from "./await-others.ts"
import { Claims } from "./Claims.ts"
import type { Digest } from "./Digest.ts"
import { attempt, attemptSync } from "./durable.ts"
import type { SegmentEntry } from "./IndexTables.ts"
import { Segment } from "./Segment.ts"
import type { StoreUnavailable } from "./StoreError.ts"
import { StoreRoot, type StoreRootShape } from "./StoreRoot.ts"
import type { SegmentLengths } from "./segment-lengths.ts"

/**
 * Look-ups are plain functions, for loops over all tasks. They answer from an index that mends itself; where even the
 * segments cannot be read they throw `StoreUnavailable`, which ends a command as its failure would.
 */
export class ActionStore extends Context.Service<
  ActionStore,
  {
    /** The record of a key; takes microseconds, and need not see what another process has done since `refresh`. */
    readonly find: (key: Digest) => ActionRecord | undefined
    /**
     * Makes a record durable. Every object that it names must be durable already.
     *
     * The first writer wins: the record returned is the one that holds for the key from now on.
     */
    readonly commit: (record: ActionRecord) => Effect.Effect<ActionRecord, StoreUnavailable>
    /**
     * Ends the validity of a key's record: its objects are damaged, it is to be computed anew, or nobody needs it. With `upTo`,
     * a time as records have it, those that were committed later are not meant.
     */
    readonly forget: (key: Digest, upTo?: number) => Effect.Effect<void, StoreUnavailable>
    /** Takes in what other processes have committed. */
    readonly refresh: Effect.Effect<void, StoreUnavailable>
    /** Makes the index anew, which has been found to be wrong. */
    readonly renewIndex: Effect.Effect<void, StoreUnavailable>
    /** Records of a stage type that hold, the latest first. */
    readonly history: (stageType: string, limit?: number) => ReadonlyArray<ActionRecord>
    /** Records that hold and that a task of this name made, the latest first. */
    readonly ofTask: (stageType: string, task: string, limit?: number) => ReadonlyArray<ActionRecord>
    /** Records that hold and that tasks of a stage of this name made, the latest first. */
    readonly ofStage: (stageType: string, stage: string, limit?: number) => ReadonlyArray<ActionRecord>
    /** Every record that holds, in the order of the keys. */
    readonly holding: () => ReadonlyArray<ActionRecord>
    /** Records of a family that hold and do not reach as far as `below`, the furthest first. */
    readonly ofFamily: (family: Digest, below: number, limit?: number) => ReadonlyArray<ActionRecord>
    /** Code identities of which some record tells, and that start like this. */
    readonly codesLike: (prefix: string) => ReadonlyArray<Digest>
    /** Every record that a key ever had, whether it holds or not, the oldest first: what runs of before may have found. */
    readonly recordsOf: (key: Digest) => ReadonlyArray<ActionRecord>
    /** Artifacts of any record, whether it holds or not, whose digest starts like this; each once. */
    readonly findArtifacts: (prefix: string) => ReadonlyArray<Artifact>
    /** How far this process has written its own segment, by the segment's name; empty when it has committed nothing. */
    readonly written: () => SegmentLengths
    /**
     * Holds a key until the scope closes, so that one process computes it while others wait. Gone with its holder.
     *
     * Whether the key is to be looked up again: another process may have computed it since `watch`. `onLong` is done once,
     * when others have to be waited for and that lasts; otherwise it is said as of any wait.
     */
    readonly lock: (key: Digest, onLong?: Effect.Effect<void>) => Effect.Effect<boolean, StoreUnavailable, Scope.Scope>
    /** To be called before the look-ups of a run: what no other process can have changed need not be looked up twice. */
    readonly watch: Effect.Effect<void, StoreUnavailable>
  }
>()("athanor/store/ActionStore") {
  static readonly layer: Layer.Layer<ActionStore, StoreUnavailable, StoreRoot> = Layer.effect(
    ActionStore,
    Effect.flatMap(StoreRoot, (root) => make(root))
  )
}

const make = Effect.fnUntraced(function* (root: StoreRootShape) {
  const index = yield* Effect.acquireRelease(
    attemptSync(
      "open the index of",
      root.path,
      () => new ActionIndex(root.index, { segments: root.actions, store: root.id })
    ),
    (opened) => Effect.sync(() => opened.close())
  )
  const segment = new Segment(root.actions, index, root.lease)
  yield* Effect.addFinalizer(() => Effect.sync(() => segment.close()))

  const claims = new Claims(root.locks, root.lease)
  yield* Effect.addFinalizer(() => Effect.sync(() => claims.close()))

  const refresh = attemptSync("refresh the index of", root.path, () => index.refresh())

  // First the claims: what others do from here on is noticed, what they did before is taken in. Who may not write claims nothing.
  const watch =
    root.lease === undefined
      ? refresh
      : Effect.andThen(
          attemptSync("claim keys in", root.path, () => claims.watch()),
          refresh
        )

  /**
   * When an entry about a key is made: after all that are known, also where the clock has gone back since. Otherwise the end
   * of a record would come before it, and a new record before the end of the last: neither would ever count.
   */
  const timeFor = (key: Digest, time: number): number => {
    const latest = isGuarded("order-by-predecessor") ? index.latestOf(key) : undefined
    return latest === undefined ? time : Math.max(time, latest + STEP)
  }

  const append = (key: Digest, entryAt: (at: number) => SegmentEntry) =>
    Effect.flatMap(now, (time) => attempt("append to", root.actions, () => segment.append(entryAt(timeFor(key, time)))))

  const commit = Effect.fnUntraced(function* (record: ActionRecord) {
    yield* append(record.key, (at) => ({ record, at }))
    // While nobody else has acted in the store, nobody else was first.
    if (!claims.othersActed) return record
    return yield* Effect.andThen(
      refresh,
      attemptSync("read", root.actions, () => index.find(record.key) ?? record)
    )
  })

  const forget = (key: Digest, upTo?: number) => append(key, (at) => ({ forget: key, at: upTo ?? at }))

  return ActionStore.of({
    find: (key) => index.find(key),
    commit,
    forget,
    refresh,
    renewIndex: attemptSync("make the index anew of", root.path, () => index.renew()),
    history: (stageType, limit = 200) => index.history(stageType, limit),
    holding: () => index.holding(),
    ofTask: (stageType, task, limit = 20) => index.ofTask(stageType, task, limit),
    ofStage: (stageType, stage, limit = 200) => index.ofStage(stageType, stage, limit),
    ofFamily: (family, below, limit = 20) => index.ofFamily(family, below, limit),
    codesLike: (prefix) => index.codesLike(prefix),
    recordsOf: (key) => index.recordsOf(key),
    findArtifacts: (prefix) => index.findArtifacts(prefix),
    written: () => segment.written(),
    lock: Effect.fnUntraced(function* (key, onLong = sayWaiting("another run")) {
      yield* acquireClaim(claims, key, onLong)
      if (claims.othersActed) yield* refresh
      return claims.othersActed
    }),
    watch
  })
})

/** Milliseconds that certainly tell two entries apart: of today's date a number has digits to spare for it. */
const STEP = 2 ** -10

/** Milliseconds since 1970, finer than a millisecond: a record may follow at once on the end of its predecessor. */
const now = Effect.map(Clock.currentTimeNanos, (nanos) => Number(nanos) / 1e6)
