/** What one stage keeps nowhere is no part of another's key. */
import type { Fragment } from "./Fragment.ts"
import type { EnvDocument, StageDocument } from "./PipelineDocument.ts"

/** Complains of each secret of a stage that another stage has in `env:`, or the pipeline itself. */
export const checkSecrets = (
  stages: ReadonlyArray<{ readonly fragment: Fragment; readonly stage: StageDocument }>,
  variables: ReadonlyArray<EnvDocument>
): void => {
  const shown = new Map<string, string>(variables.map(({ name }) => [name, "env of the pipeline"]))
  for (const { stage } of stages) {
    for (const { value } of stage.command?.environment ?? []) shown.set(value, `env of stage "${stage.id}"`)
  }
  for (const { fragment, stage } of stages) {
    const own = new Set(stage.command?.environment.map(({ value }) => value))
    for (const { value, span } of stage.command?.secrets ?? []) {
      const where = shown.get(value)
      // What the stage itself has in both has a complaint already.
      if (where === undefined || own.has(value)) continue
      const message = `stage "${stage.id}": secrets: ${value} is in ${where} too: values there are part of keys, plans and reports`
      fragment.cursor.complain(span, message, "list it under secrets: wherever a stage needs it")
    }
  }
}
