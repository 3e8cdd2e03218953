/** A run had a result whose content the store no longer has. */
import { Data } from "effect"
import type { RunState } from "./RunState.ts"

export class ResultLost extends Data.TaggedError("ResultLost")<{
  readonly run: string
  readonly task: string
  readonly port: string
  readonly digest: string
  /** The pipeline file as the user of that run named it. */
  readonly file: string
}> {
  override get message(): string {
    const { run, task, port, digest, file } = this
    return `run ${run} had ${task}.${port} (${digest.slice(0, 12)}), but its content is no longer in the store: \`pipeline run ${file} ${task}\` with the parameters of that run computes it again`
  }
}

/** The loss of a task's output in a run. */
export const resultLost = (run: string, state: RunState, task: string, port: string, digest: string): ResultLost =>
  new ResultLost({ run, task, port, digest, file: state.started?.file ?? "FILE" })
