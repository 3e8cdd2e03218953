/** What commands are told to read and no result depends on: worth a warning each time. */
import type { Diagnostic } from "../document/Diagnostic.ts"
import type { Plan } from "../plan/Plan.ts"
import { printError } from "./output.ts"

/** A warning for each full path in the words of a command that leads out of the folder of the pipeline. */
export const outsidePaths = ({ stages }: Plan): ReadonlyArray<Diagnostic> =>
  stages.flatMap(({ id, span, code }) =>
    code._tag === "Bundle"
      ? []
      : (code.outside ?? []).map(
          (path): Diagnostic => ({
            severity: "warning",
            span,
            message: `stage "${id}": run: no result depends on what lies at ${path}: one that is cached stays when it changes`,
            hint: "copy it beside the pipeline, or make it one of the sources"
          })
        )
  )

/** The same for whoever runs the plan, or asks for it; whether there is anything to say. */
export const tellOutsidePaths = (plan: Plan): boolean => {
  const found = outsidePaths(plan)
  for (const { span, message } of found) printError(`warning: ${span.file}:${span.line}:${span.column} ${message}`)
  return found.length > 0
}
