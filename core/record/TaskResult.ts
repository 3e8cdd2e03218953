/** What a task gave in a run: the journal says which result it was, the store has its content. */
import { type ActionRecord, digestsOf } from "../store/ActionRecord.ts"
import type { ActionStore } from "../store/ActionStore.ts"
import type { Artifact } from "../store/Artifact.ts"
import type { Digest } from "../store/Digest.ts"
import { metricsIn } from "../store/WrittenMetrics.ts"
import type { RunState, TaskState } from "./RunState.ts"

export interface TaskResult {
  /** Digest of each output; empty when the task came to no result, or its journal is old and the store has none. */
  readonly outputs: { readonly [port: string]: Digest }
  readonly metrics: { readonly [name: string]: number }
  /** The record of this very result, also when another one holds for its key by now. */
  readonly record: ActionRecord | undefined
  /** The files behind an output; `undefined` when no record names them any more. */
  readonly artifact: (port: string) => Artifact | undefined
}

/** Where results are looked up. */
export type Records = Pick<ActionStore["Service"], "recordsOf" | "findArtifacts">

/** The result of a task, by its name. */
export const resultOf = (state: RunState, task: string, records: Records): TaskResult => {
  const recorded = state.tasks.get(task)
  const record = once(() =>
    recorded?.key === undefined
      ? undefined
      : recordBehind(recorded, state.started?.runId, records.recordsOf(recorded.key))
  )
  const outputs = recorded?.outputs ?? digestsOf(record()?.outputs ?? {})
  return {
    outputs,
    metrics: recorded?.outputs === undefined ? metricsIn(record() ?? {}) : recorded.metrics,
    get record() {
      return record()
    },
    artifact: (port) => {
      const digest = outputs[port]
      const own = record()?.outputs[port]
      if (digest === undefined || own?.digest === digest) return own
      return records.findArtifacts(digest)[0]
    }
  }
}

/** A value that is worked out when it is first asked for: the store is asked, and the journal of today tells most. */
const once = <A>(find: () => A): (() => A) => {
  let found: { readonly value: A } | undefined
  return () => {
    found ??= { value: find() }
    return found.value
  }
}

/** What tells one record of a key from another. */
export interface ToldRecord extends Pick<ActionRecord, "runId" | "startedAt" | "durationMillis"> {
  readonly outputs: { readonly [port: string]: { readonly digest: Digest } }
}

/** Of all records of a task's key, the oldest first, the one that the task had in a run. */
export const recordBehind = <R extends ToldRecord>(
  { status, outputs, computedBy, endedAt = 0 }: Pick<TaskState, "status" | "outputs" | "computedBy" | "endedAt">,
  runId: string | undefined,
  all: ReadonlyArray<R>
): R | undefined => {
  if (status !== "hit" && status !== "done") return undefined
  // An old journal does not say what was found: what had been made by then.
  if (outputs === undefined) return all.findLast((one) => one.startedAt + one.durationMillis <= endedAt) ?? all[0]
  const same = all.filter((one) => isSame(digestsOf(one.outputs), outputs))
  return same.findLast((one) => one.runId === (status === "hit" ? computedBy : runId)) ?? same.at(-1)
}

const isSame = (a: TaskResult["outputs"], b: TaskResult["outputs"]): boolean => {
  const ports = Object.keys(a)
  return ports.length === Object.keys(b).length && ports.every((port) => a[port] === b[port])
}
