/** `pipeline validate`: everything that is wrong with pipeline files. */
import { Effect, Option } from "effect"
import { PipelineInvalid } from "../document/Diagnostic.ts"
import type { PipelineDocument } from "../document/PipelineDocument.ts"
import { Reads } from "../document/Reads.ts"
import { renderDiagnostics } from "../document/render-diagnostics.ts"
import type { Span } from "../document/Span.ts"
import { checkSources } from "./check-sources.ts"
import { EXIT, type ExitStatus } from "./exit-status.ts"
import { loadPipeline, type ReadPipeline } from "./load-pipeline.ts"
import { print, printError, printJson } from "./output.ts"
import { outsidePaths } from "./outside-paths.ts"
import { wantsColor } from "./Settings.ts"
import { codeLayer } from "./services.ts"

/** Checks each file in each of its profiles. */
export const validate = (choices: { readonly files: ReadonlyArray<string>; readonly json: boolean }) =>
  Effect.gen(function* () {
    let status: ExitStatus = EXIT.success
    const answers: Array<{
      readonly file: string
      readonly valid: boolean
      readonly problems: ReadonlyArray<unknown>
    }> = []
    for (const file of choices.files) {
      const problems = yield* problemsOf(file)
      const diagnostics = problems.flatMap((problem) => problem.diagnostics)
      const isValid = diagnostics.every(({ severity }) => severity === "warning")
      answers.push({ file, valid: isValid, problems: diagnostics })
      if (!isValid) status = EXIT.usage
      if (choices.json) continue
      for (const problem of problems) printError(renderDiagnostics(problem, { color: wantsColor(process.stderr) }))
      if (isValid) print(`${file}: valid`)
    }
    if (choices.json) printJson(answers)
    return status
  }).pipe(Effect.provide(codeLayer))

/** Work on the plans of a file beyond which no further profile is planned, in tasks: as much as takes a second. */
const MOST_WORK = 60_000

/** What a plan takes beside its tasks, in tasks: where it has hardly any, and for a stage that is written out. */
const PLAN = 100
const STAGE = 10

/**
 * The complaints about a file; a profile is looked at only when the file itself is right. Profiles that would take very long
 * together with the others are not looked at, and a warning says so.
 */
export const problemsOf = Effect.fnUntraced(function* (file: string) {
  const choices = { file, profile: Option.none<string>(), set: {}, params: [] }
  const check = (profile: Option.Option<string>, read?: ReadPipeline) =>
    loadPipeline({ ...choices, profile }, read).pipe(
      Effect.map(({ document, growing: { plan } }) => ({
        document,
        tasks: plan.tasks.length,
        problem: undefined,
        outside: outsidePaths(plan)
      })),
      Effect.catchTag("PipelineInvalid", (problem) =>
        Effect.succeed({ document: undefined, tasks: 0, problem, outside: [] })
      )
    )
  const first = yield* check(Option.none())
  if (first.document === undefined) return [first.problem]
  const { document } = first
  // The same in all profiles.
  const missing = yield* checkSources(document).pipe(
    Effect.as(undefined),
    Effect.catch((problem) => Effect.succeed(problem))
  )
  const outside = new PipelineInvalid({ texts: document.texts, diagnostics: first.outside })
  const problems = first.outside.length === 0 ? [missing] : [missing, outside]
  const fixed = PLAN + STAGE * document.stages.length
  let work = fixed + first.tasks
  for (const { name, nameSpan } of document.profiles) {
    if (work > MOST_WORK) {
      problems.push(notLookedAt(document, nameSpan))
      break
    }
    const { tasks, problem } = yield* check(Option.some(name), { document, reads: new Reads() })
    work += fixed + Math.max(tasks, first.tasks)
    problems.push(problem)
  }
  return problems.flatMap((problem) => problem ?? [])
})

const notLookedAt = ({ texts }: PipelineDocument, span: Span): PipelineInvalid =>
  new PipelineInvalid({
    texts,
    diagnostics: [
      {
        severity: "warning",
        span,
        message: "this profile, and those below it, were not looked at: that would take very long",
        hint: "pipeline plan FILE --profile NAME looks at one"
      }
    ]
  })
