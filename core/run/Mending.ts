/** Has results made again that the store has lost or damaged, and lets those that read them go on. */
import { Effect } from "effect"
import { ActionStore } from "../store/ActionStore.ts"
import { ArtifactStore } from "../store/ArtifactStore.ts"
import type { Digest } from "../store/Digest.ts"
import { isSound, ObjectStore } from "../store/ObjectStore.ts"
import { findResult } from "./find-result.ts"
import type { KeyedTask, Ledger, TaskOutputs } from "./Ledger.ts"
import { sourceArtifacts } from "./source-artifacts.ts"

/** What the coordinator does for it. */
export interface MendingHelp {
  readonly lookUp: (tasks: ReadonlyArray<number>) => void
  /** A task that had come to its end has none any more. */
  readonly reopen: (task: number) => void
  /** Computes a task whose result is gone. */
  readonly compute: (task: KeyedTask) => void
}

/** Makes what mends the results of one run. */
export const makeMending = Effect.fnUntraced(function* (ledger: Ledger, { lookUp, reopen, compute }: MendingHelp) {
  const actions = yield* ActionStore
  const results = { ...actions, ...(yield* ArtifactStore) }
  const objects = yield* ObjectStore
  /** Tasks that go on as soon as a producer's damaged result is made again, by producer. */
  const consumers = new Map<number, Set<number>>()
  /** `task digest` of each damage that was met: what is damaged a second time stays so. */
  const met = new Set<string>()

  const makeAgain = Effect.fnUntraced(function* (producer: number) {
    reopen(producer)
    const task = ledger.keyed(producer)
    // Another task, or another process, may have made it again by now.
    if (findResult(ledger.plan, task, results) !== undefined) {
      lookUp([producer])
      return
    }
    if (actions.find(task.key) !== undefined) yield* actions.forget(task.key)
    compute(task)
  })

  /**
   * An input of a task is missing or damaged in the store, although its size was right: takes it out, and has whoever made
   * it make it again; the task follows. False when nothing can be done.
   */
  const mendInput = Effect.fnUntraced(function* (index: number, digest: Digest) {
    const damage = `${index} ${digest}`
    const origins = ledger.originsWith(index, digest)
    if (met.has(damage) || origins.length === 0) return false
    met.add(damage)
    // Verifying takes what is damaged out of the store. It may be whole again: others met the damage before this task did.
    if (yield* isSound(objects, digest)) {
      lookUp([index])
      return true
    }
    if (origins.some(({ _tag }) => _tag === "Source")) yield* sourceArtifacts(ledger.plan)
    const producers = [...new Set(origins.flatMap((origin) => (origin._tag === "Task" ? [origin.task] : [])))]
    const idle = producers.filter((producer) => !consumers.has(producer))
    for (const producer of producers) consumers.set(producer, (consumers.get(producer) ?? new Set()).add(index))
    for (const producer of idle) yield* makeAgain(producer)
    if (producers.length === 0) lookUp([index])
    return true
  })

  /** The same for a list that a task made and nobody can read; the run waits for it again. */
  const mendList = Effect.fnUntraced(function* (producer: number, digest: Digest) {
    const damage = `list ${producer} ${digest}`
    if (met.has(damage)) return false
    met.add(damage)
    if (consumers.has(producer)) return true
    consumers.set(producer, new Set())
    yield* makeAgain(producer)
    return true
  })

  /** Enters a result that was made again: the tasks that go on by it. Nothing where there was nothing to mend. */
  const settle = (index: number, outputs: TaskOutputs): ReadonlyArray<number> | undefined => {
    const own = consumers.get(index)
    if (own === undefined) return undefined
    consumers.delete(index)
    ledger.replace(index, outputs)
    return [...own].filter((consumer) => ![...consumers.values()].some((others) => others.has(consumer)))
  }

  return { mendInput, mendList, settle }
})
