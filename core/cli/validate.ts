/** `pipeline validate`: everything that is wrong with pipeline files. */
import { Effect, Option } from "effect"
import { renderDiagnostics } from "../document/render-diagnostics.ts"
import { checkSources } from "./check-sources.ts"
import { EXIT, type ExitStatus } from "./exit-status.ts"
import { loadPipeline } from "./load-pipeline.ts"
import { print, printError, printJson } from "./output.ts"
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
      answers.push({ file, valid: problems.length === 0, problems: problems.flatMap((problem) => problem.diagnostics) })
      if (problems.length > 0) status = EXIT.usage
      if (choices.json) continue
      for (const problem of problems) printError(renderDiagnostics(problem, { color: wantsColor(process.stderr) }))
      if (problems.length === 0) print(`${file}: valid`)
    }
    if (choices.json) printJson(answers)
    return status
  }).pipe(Effect.provide(codeLayer))

/** The complaints about a file; a profile is looked at only when the file itself is right. */
export const problemsOf = Effect.fnUntraced(function* (file: string) {
  const check = (profile: Option.Option<string>) =>
    loadPipeline({ file, profile, set: {}, params: [] }).pipe(
      Effect.map(({ document }) => ({ document, problem: undefined })),
      Effect.catchTag("PipelineInvalid", (problem) => Effect.succeed({ document: undefined, problem }))
    )
  const first = yield* check(Option.none())
  if (first.document === undefined) return [first.problem]
  // The same in all profiles.
  const missing = yield* checkSources(first.document).pipe(
    Effect.as(undefined),
    Effect.catch((problem) => Effect.succeed(problem))
  )
  const others = yield* Effect.forEach(first.document.profiles, ({ name }) => check(Option.some(name)))
  return [missing, ...others.map(({ problem }) => problem)].flatMap((problem) => problem ?? [])
})
