/** `pipeline get`: copies an artifact out of the store. */
import { Effect, Result } from "effect"
import { nearest } from "../document/nearest.ts"
import { RunHistory } from "../record/RunHistory.ts"
import { ActionStore } from "../store/ActionStore.ts"
import type { Artifact } from "../store/Artifact.ts"
import { EXIT } from "./exit-status.ts"
import { UsageError } from "./load-pipeline.ts"
import { print } from "./output.ts"
import { placeArtifact } from "./place-artifact.ts"
import { storeLayer } from "./services.ts"

/** Copies what a reference names: `run:stage.port`, `latest:empirical@width=500,init=3.kernel`, or a digest. */
export const get = (choices: { readonly reference: string; readonly destination: string }) =>
  Effect.gen(function* () {
    const artifact = yield* findArtifact(choices.reference)
    yield* placeArtifact(artifact, choices.destination)
    print(`${choices.destination}  ${artifact.kind}  ${artifact.digest}`)
    return EXIT.success
  }).pipe(Effect.provide(storeLayer))

const REFERENCE = /^(?<run>[^:]+):(?<task>.+)\.(?<port>[A-Za-z][\w-]*)$/u

const findArtifact = Effect.fnUntraced(function* (reference: string) {
  const actions = yield* ActionStore
  if (/^[0-9a-f]{8,64}$/u.test(reference)) {
    const found = actions.findArtifacts(reference)
    const [only] = found
    if (only !== undefined && found.length === 1) return only
    const reason =
      found.length === 0 ? "no artifact has the digest" : `${found.length} artifacts have digests that start with`
    return yield* new UsageError({ reason: `${reason} ${reference}` })
  }
  const { run, task, port } = REFERENCE.exec(reference)?.groups ?? {}
  if (run === undefined || task === undefined || port === undefined) {
    return yield* new UsageError({
      reason: `"${reference}" names no artifact: write run:stage.port, latest:stage.port or a digest`
    })
  }
  return yield* fromRun(run, task, port)
})

const fromRun = Effect.fnUntraced(function* (run: string, task: string, port: string) {
  const history = yield* RunHistory
  const actions = yield* ActionStore
  const folder = yield* history.resolve(run)
  const { tasks } = yield* history.state(folder)
  const state = tasks.get(task)
  const record = state?.key === undefined ? undefined : actions.find(state.key)
  if (record === undefined) {
    const known = state === undefined ? nearest(task, tasks.keys()) : undefined
    const reason = state === undefined ? `has no task "${task}"` : `has no result of ${task}: it is ${state.status}`
    return yield* new UsageError({
      reason: `run ${folder.id} ${reason}${known === undefined ? "" : `; did you mean "${known}"?`}`
    })
  }
  return yield* Effect.fromResult(outputOf(record.outputs, port, task))
})

const outputOf = (
  outputs: { readonly [port: string]: Artifact },
  port: string,
  task: string
): Result.Result<Artifact, UsageError> => {
  const artifact = outputs[port]
  if (artifact !== undefined) return Result.succeed(artifact)
  return Result.fail(
    new UsageError({ reason: `${task} has no output "${port}" (it has: ${Object.keys(outputs).join(", ")})` })
  )
}
