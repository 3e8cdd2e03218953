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
  const [suggestion] = meant(error) ?? ("suggestions" in error ? error.suggestions : [])
  return suggestion === undefined ? words : `${words}; did you mean ${suggestion}?`
}

/** Words that other programs have for what is meant. */
const ELSEWHERE: { readonly [word: string]: string } = {
  gc: "pipeline cache gc",
  prune: "pipeline cache gc",
  clean: "pipeline cache gc",
  "--force": "--apply"
}

/** What a word of other programs is here, for commands and for the flags of `cache gc`. */
const meant = (error: CliError.NonShowHelpErrors): readonly [string] | undefined => {
  const word = wordOf(error)
  const here = word === undefined || !Object.hasOwn(ELSEWHERE, word) ? undefined : ELSEWHERE[word]
  return here === undefined ? undefined : [here]
}

const wordOf = (error: CliError.NonShowHelpErrors): string | undefined => {
  if (error._tag === "UnknownSubcommand") return error.subcommand
  return error._tag === "UnrecognizedOption" && error.command?.at(-1) === "gc" ? error.option : undefined
}
