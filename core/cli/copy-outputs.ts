/** Copies out what `outputs:` names. */
import { join } from "node:path"
import { Effect } from "effect"
import type { CodecError } from "../codec/CodecError.ts"
import { type ResultLost, resultLost } from "../record/ResultLost.ts"
import type { PastRun } from "../record/RunHistory.ts"
import { resultOf } from "../record/TaskResult.ts"
import { isPicture } from "../report/collect-figures.ts"
import { ActionStore } from "../store/ActionStore.ts"
import { placeArtifact } from "./place-artifact.ts"

/** What could not be copied does not keep the rest from it. */
export interface CopiedOutputs {
  /** Paths in the folder. */
  readonly files: ReadonlyArray<string>
  readonly failures: ReadonlyArray<CodecError | ResultLost>
}

/** Copies the outputs of a run, as the run had them; pictures of figures are the report's to draw. */
export const copyOutputs = Effect.fnUntraced(function* ({ folder: run, plan, state }: PastRun, folder: string) {
  const actions = yield* ActionStore
  const files: Array<string> = []
  const failures: Array<CodecError | ResultLost> = []
  for (const { destination, from } of plan.outputs) {
    const task = plan.tasks[from.task]?.id ?? ""
    const result = resultOf(state, task, actions)
    const digest = result.outputs[from.port]
    if (digest === undefined) continue
    const lost = resultLost(run.id, state, task, from.port, digest)
    const artifact = result.artifact(from.port)
    if (artifact === undefined) {
      failures.push(lost)
      continue
    }
    if (artifact.kind === "Figure" && isPicture(destination)) continue
    const failure = yield* placeArtifact(artifact, join(folder, destination)).pipe(
      Effect.as(undefined),
      Effect.catchTags({ CodecError: (error) => Effect.succeed(error), ObjectDamaged: () => Effect.succeed(lost) })
    )
    if (failure !== undefined) failures.push(failure)
    else if (artifact.kind !== "Directory") files.push(destination)
    else files.push(...artifact.files.map(({ path }) => `${destination}/${path}`))
  }
  return { files, failures } satisfies CopiedOutputs
})
