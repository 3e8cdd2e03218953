/** Finds what `outputs:` asks for and no artifact of its kind can give, before anything runs. */
import { Effect } from "effect"
import { type Diagnostic, PipelineInvalid } from "../document/Diagnostic.ts"
import type { PipelineDocument } from "../document/PipelineDocument.ts"
import type { Plan } from "../plan/Plan.ts"
import { refusalOf } from "./exported-form.ts"

/** Fails with a complaint at each destination whose name promises another format. */
export const checkOutputs = (document: PipelineDocument, plan: Plan): Effect.Effect<void, PipelineInvalid> => {
  const diagnostics = plan.outputs.flatMap(({ destination, from }): ReadonlyArray<Diagnostic> => {
    const kind = plan.stages[plan.tasks[from.task]?.stage ?? -1]?.outputs[from.port]
    const reason = kind === undefined ? undefined : refusalOf(kind, destination)
    const span = document.outputs.find((output) => output.destination.value === destination)?.destination.span
    if (reason === undefined || span === undefined) return []
    return [{ severity: "error", span, message: `outputs: ${destination}: ${reason}` }]
  })
  return diagnostics.length === 0
    ? Effect.void
    : Effect.fail(new PipelineInvalid({ diagnostics, texts: document.texts }))
}
