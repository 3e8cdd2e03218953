/** Processes in one store, played by openings of it: each has a lease, results and a run of its own. */
import { Clock, Effect, Layer } from "effect"
import { collectStore, holdCollection } from "../../../core/maintain/collect-store.ts"
import type { Pinned, RetentionPolicy } from "../../../core/maintain/Retention.ts"
import * as Journal from "../../../core/record/Journal.ts"
import { claim } from "../../../core/record/RunFolder.ts"
import type { ActionRecord } from "../../../core/store/ActionRecord.ts"
import { ActionStore } from "../../../core/store/ActionStore.ts"
import type { Artifact } from "../../../core/store/Artifact.ts"
import { ArtifactStore } from "../../../core/store/ArtifactStore.ts"
import * as Digest from "../../../core/store/Digest.ts"
import { ObjectStore } from "../../../core/store/ObjectStore.ts"
import * as Store from "../../../core/store/Store.ts"
import { StoreRoot } from "../../../core/store/StoreRoot.ts"
import { EVENTS } from "../record/sample-run.ts"
import { digest, inStore, record } from "../store/sample-store.ts"

/** Runs an effect at a moment, in milliseconds since 1970, at which its clock stands still. */
export const at = <A, E, R>(millis: number, effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.flatMap(Clock.Clock, (clock) =>
    Effect.provideService(effect, Clock.Clock, {
      ...clock,
      sleep: (duration) => clock.sleep(duration),
      currentTimeMillis: Effect.succeed(millis),
      currentTimeMillisUnsafe: () => millis,
      currentTimeNanos: Effect.succeed(BigInt(millis) * 1_000_000n),
      currentTimeNanosUnsafe: () => BigInt(millis) * 1_000_000n
    })
  )

export const DAY = 86_400_000

/** Content that is too long for a record; `text` tells one from another. */
export const bytesOf = (text: string): Uint8Array => Buffer.from(text.padEnd(6000, "."))

/** The object of such content. */
export const objectOf = (text: string) => Digest.ofBytes(bytesOf(text))

/** Stores content as the output of a task; its record is not committed yet. */
export const put = (text: string) =>
  Effect.flatMap(ArtifactStore, ({ write }) => write("Json", [{ path: "content.json", bytes: bytesOf(text) }]))

/** The digest of what a task has made. */
const artifactOf = (task: string) =>
  Effect.map(ActionStore, ({ recordsOf }) => recordsOf(digest(task))[0]?.outputs["out"]?.digest ?? digest(task))

/** Commits the record of a task of this name, which is its key too. */
export const commit = (task: string, artifact: Artifact, more: Partial<ActionRecord> = {}) =>
  Effect.flatMap(ActionStore, (actions) => actions.commit(record(task, task, { outputs: { out: artifact }, ...more })))

/** Whether the output of a task is there, as a hit sees it. */
export const isHit = (task: string) =>
  Effect.gen(function* () {
    const found = (yield* ActionStore).find(digest(task))
    const artifacts = yield* ArtifactStore
    return found !== undefined && Object.values(found.outputs).every(artifacts.isPresent)
  })

/** The text of an object, verified; `undefined` where it has gone. */
export const read = (text: string) =>
  Effect.flatMap(ObjectStore, (objects) => Effect.option(objects.read(objectOf(text))))

/** A run of this opening that has made these tasks and goes on; the function ends it. */
export const beginRun = Effect.fnUntraced(function* (startedAt: number, made: ReadonlyArray<string>) {
  const { runs, lease } = yield* StoreRoot
  const folder = claim(runs, startedAt)
  const journal = yield* Journal.open(folder)
  const beginning = { ...EVENTS.runStarted, at: startedAt, runId: folder.id }
  yield* journal.append(lease === undefined ? beginning : { ...beginning, holder: lease.id })
  for (const task of made) {
    const artifact = yield* put(task)
    yield* commit(task, artifact, { runId: folder.id, startedAt })
    yield* journal.append({
      ...EVENTS.finished,
      at: startedAt,
      task,
      key: digest(task),
      outputs: { out: artifact.digest }
    })
  }
  return { folder, journal, end: journal.append({ ...EVENTS.runFinished, at: startedAt }) }
})

/** A run of this opening that has found results of these tasks. */
export const foundBy = Effect.fnUntraced(function* (startedAt: number, found: ReadonlyArray<string>) {
  const run = yield* beginRun(startedAt, [])
  for (const task of found) {
    const outputs = { out: yield* artifactOf(task) }
    yield* run.journal.append({ ...EVENTS.hit, at: startedAt, task, key: digest(task), outputs })
  }
  return run
})

/** A run that has made these tasks and ended, of a process that has ended. */
export const pastRun = (store: string, startedAt: number, made: ReadonlyArray<string>) =>
  ended(store, startedAt, beginRun(startedAt, made))

/** A run that has found these results and ended, of a process that has ended. */
export const pastRunThatFound = (store: string, startedAt: number, found: ReadonlyArray<string>) =>
  ended(store, startedAt, foundBy(startedAt, found))

const ended = (store: string, startedAt: number, begun: ReturnType<typeof beginRun>) =>
  inStore(store, at(startedAt, Effect.scoped(Effect.flatMap(begun, ({ folder, end }) => Effect.as(end, folder)))))

const NOTHING: Pinned = { runs: new Set(), artifacts: new Set() }

/** A collection by a process of its own. */
export const collect = (store: string, policy: Partial<RetentionPolicy> = {}, pinned: Partial<Pinned> = {}) =>
  inStore(
    store,
    Effect.scoped(Effect.andThen(holdCollection, collectStore({ runs: false, ...policy }, { ...NOTHING, ...pinned })))
  )

/** An opening of a store that lasts until the scope closes: what a process that works in it has. */
export const openStore = Effect.fnUntraced(function* (store: string) {
  const context = yield* Layer.buildWithMemoMap(Store.layer(store), yield* Layer.makeMemoMap, yield* Effect.scope)
  return <A, E>(effect: Effect.Effect<A, E, Layer.Success<ReturnType<typeof Store.layer>>>) =>
    Effect.provide(effect, context)
})
