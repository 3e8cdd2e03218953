/** What a reference names: `run:stage.port`, `latest:empirical@width=500,init=3.kernel`, or a digest. */
import { Effect } from "effect"
import { meantTask } from "../plan/task-id.ts"
import { type ResultLost, resultLost } from "../record/ResultLost.ts"
import { RunHistory } from "../record/RunHistory.ts"
import type { RunState } from "../record/RunState.ts"
import { resultOf } from "../record/TaskResult.ts"
import { ActionStore } from "../store/ActionStore.ts"
import type { Artifact } from "../store/Artifact.ts"
import { isDigestStart } from "../store/Digest.ts"
import type { ObjectDamaged } from "../store/StoreError.ts"
import { taskHint } from "./task-hint.ts"
import { UsageError } from "./UsageError.ts"

/** An artifact that was asked for. */
export interface FoundArtifact {
  readonly artifact: Artifact
  /** What it may be called in a folder, without an ending: `empirical@width=500,init=3.kernel`. */
  readonly name: string
  /** What to say when its files turn out to be gone or damaged. */
  readonly loss: (damage: ObjectDamaged) => ResultLost | ObjectDamaged
}

const REFERENCE = /^(?<run>[^:]+):(?<task>.+)\.(?<port>[A-Za-z][\w-]*)$/u

/** Finds the artifact that a reference names, as it was in the run that the reference names. */
export const findArtifact = Effect.fnUntraced(function* (reference: string) {
  if (isDigestStart(reference)) return yield* byDigest(reference)
  const { run, task, port } = REFERENCE.exec(reference)?.groups ?? {}
  if (run === undefined || task === undefined || port === undefined) {
    return yield* new UsageError({
      reason: `"${reference}" names no artifact: write run:stage.port, latest:stage.port or a digest`
    })
  }
  return yield* fromRun(run, task, port)
})

const byDigest = Effect.fnUntraced(function* (prefix: string) {
  const found = (yield* ActionStore).findArtifacts(prefix)
  const [only] = found
  if (only !== undefined && found.length === 1) {
    return { artifact: only, name: only.digest.slice(0, 12), loss: (damage) => damage } satisfies FoundArtifact
  }
  const reason =
    found.length === 0 ? "no artifact has the digest" : `${found.length} artifacts have digests that start with`
  return yield* new UsageError({ reason: `${reason} ${prefix}` })
})

const fromRun = Effect.fnUntraced(function* (run: string, name: string, port: string) {
  const history = yield* RunHistory
  const folder = yield* history.resolve(run)
  const state = yield* history.state(folder)
  const task = meantTask(name, state.tasks.keys()) ?? name
  const { outputs, artifact: artifactOf } = resultOf(state, task, yield* ActionStore)
  const ports = Object.keys(outputs)
  if (ports.length === 0) {
    return yield* new UsageError({ reason: `run ${folder.id} ${absence(state, task)}` })
  }
  const digest = Object.hasOwn(outputs, port) ? outputs[port] : undefined
  if (digest === undefined) {
    return yield* new UsageError({ reason: `${task} has no output "${port}" (it has: ${ports.join(", ")})` })
  }
  const loss = () => resultLost(folder.id, state, task, port, digest)
  const artifact = artifactOf(port)
  if (artifact === undefined) return yield* loss()
  return { artifact, name: `${task}.${port}`, loss } satisfies FoundArtifact
})

/** How many tasks of a stage are listed. */
const MAX_LISTED = 8

/** Why a run has no result under the name of a task. */
const absence = ({ tasks }: RunState, task: string): string => {
  const recorded = tasks.get(task)
  if (recorded !== undefined) {
    const isLost = recorded.status === "hit" || recorded.status === "done"
    return `has no result of ${task}: ${isLost ? "the store no longer has it" : `it is ${recorded.status}`}`
  }
  const ofStage = [...tasks.keys()].filter((id) => id.startsWith(`${task}@`))
  if (ofStage.length > 0) {
    const more = ofStage.length > MAX_LISTED ? ", …" : ""
    return `has ${ofStage.length} tasks of ${task}: name one of ${ofStage.slice(0, MAX_LISTED).join(", ")}${more}`
  }
  return `has no task "${task}"${taskHint(task, tasks.keys())}`
}
