/** References whose values are expressions, as they read for one task. */
import { Result } from "effect"
import { evaluate, type Scope } from "../document/evaluate.ts"
import type { OneReference } from "../document/PipelineDocument.ts"
import { type Checked, collect } from "./Checked.ts"
import { formatValue } from "./task-id.ts"

/** What the expressions of a task's inputs may name. */
export type TaskScope = Scope & Required<Pick<Scope, "matrix">>

/** The reference with a value in the place of each expression. */
export const settleReference = (reference: OneReference, scope: TaskScope): Checked<OneReference> => {
  if (!isComputed(reference)) return Result.succeed(reference)
  const texts = collect(
    (reference.written?.parts ?? []).map(
      (part): Checked<string> =>
        typeof part === "string"
          ? Result.succeed(part)
          : Result.mapBoth(evaluate(part, scope), { onSuccess: formatValue, onFailure: (complaint) => [complaint] })
    )
  )
  return Result.map(texts, (parts) => ({ ...reference, task: `${reference.stage}${parts.join("")}` }))
}

/** Whether its values differ from task to task. */
export const isComputed = ({ written }: OneReference): boolean =>
  written?.parts.some((part) => typeof part !== "string") ?? false
