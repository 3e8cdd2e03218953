/** What a wrong command line is answered with: the one complaint, and where to read more. The page of help is for who asks. */
import type * as CliError from "effect/cli/CliError"
import * as CliOutput from "effect/cli/CliOutput"
import * as Effect from "effect/Effect"
import { printError } from "./output.ts"

export const usagePresenter: CliOutput.Presenter = {
  present: (event) =>
    event._tag === "InvalidInvocation"
      ? Effect.sync(() => printError(complaint(event.commandPath, event.errors)))
      : CliOutput.defaultPresenter.present(event)
}

const complaint = (commandPath: ReadonlyArray<string>, [first]: ReadonlyArray<CliError.NonShowHelpErrors>): string =>
  `error: ${first === undefined ? "it cannot be understood" : sentence(first)}\nsee ${commandPath.join(" ")} --help`

/** The library's message runs over several lines where it suggests something. */
const sentence = (error: CliError.NonShowHelpErrors): string => {
  const [words = ""] = error.message.split("\n")
  const [suggestion] = "suggestions" in error ? error.suggestions : []
  return suggestion === undefined ? words : `${words}; did you mean ${suggestion}?`
}
