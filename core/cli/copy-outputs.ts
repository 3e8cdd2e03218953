/** Copies out what `outputs:` names. */
import { join } from "node:path"
import { Effect } from "effect"
import type { PlanPort } from "../plan/Plan.ts"
import { resultLost } from "../record/ResultLost.ts"
import type { PastRun } from "../record/RunHistory.ts"
import { resultOf } from "../record/TaskResult.ts"
import { isDrawing } from "../report/collect-figures.ts"
import type { UnwrittenFile } from "../report/unwritten-file.ts"
import { ActionStore } from "../store/ActionStore.ts"
import { placeArtifact } from "./place-artifact.ts"

/** What could not be copied does not keep the rest from it. */
export interface CopiedOutputs {
  /** Paths in the folder. */
  readonly files: ReadonlyArray<string>
  readonly unwritten: ReadonlyArray<UnwrittenFile>
}

type Copied = { readonly files: ReadonlyArray<string> } | Pick<UnwrittenFile, "fault" | "reason">

/** Copies the outputs of a run, as the run had them; pictures of figures are the report's to draw. */
export const copyOutputs = Effect.fnUntraced(function* (run: PastRun, folder: string) {
  const files: Array<string> = []
  const unwritten: Array<UnwrittenFile> = []
  for (const output of run.plan.outputs) {
    if (isDrawing(run.plan, output)) continue
    const { destination, from } = output
    const copied = yield* copyOutput(run, from, folder, destination)
    if ("files" in copied) files.push(...copied.files)
    else unwritten.push({ path: destination, ...namesOf(run, from), isDeclared: true, ...copied })
  }
  return { files, unwritten } satisfies CopiedOutputs
})

const copyOutput = Effect.fnUntraced(function* (
  { folder: run, plan, state }: PastRun,
  { task: index, port }: PlanPort,
  folder: string,
  destination: string
) {
  const task = plan.tasks[index]?.id ?? ""
  const result = resultOf(state, task, yield* ActionStore)
  const digest = result.outputs[port]
  if (digest === undefined) return { files: [] } satisfies Copied
  const lost: Copied = { fault: "store", reason: resultLost(run.id, state, task, port, digest).message }
  const artifact = result.artifact(port)
  if (artifact === undefined) return lost
  const files =
    artifact.kind === "Directory" ? artifact.files.map(({ path }) => `${destination}/${path}`) : [destination]
  return yield* placeArtifact(artifact, join(folder, destination)).pipe(
    Effect.as<Copied>({ files }),
    Effect.catchTags({
      CodecError: ({ reason }) => Effect.succeed<Copied>({ fault: "form", reason }),
      ObjectDamaged: () => Effect.succeed(lost)
    })
  )
})

const namesOf = ({ plan }: PastRun, { task: index, port }: PlanPort) => {
  const task = plan.tasks[index]
  return { stage: plan.stages[task?.stage ?? -1]?.id ?? "?", reference: `${task?.id ?? "?"}.${port}` }
}
