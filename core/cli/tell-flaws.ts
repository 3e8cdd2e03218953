/** Says what the journal of a run lacks to whoever looks at the run. */
import { flawsText, isFlawless } from "../record/JournalFlaws.ts"
import type { RunState } from "../record/RunState.ts"
import { printError } from "./output.ts"

/** One line on standard error where there is something to say. */
export const tellFlaws = (run: string, { flaws }: Pick<RunState, "flaws">): void => {
  const text = flawsText(run, flaws)
  if (text !== undefined) printError(`warning: ${text}`)
}

/** The field `journal` of a document about the run; none where nothing is lost. */
export const flawsField = ({ flaws }: Pick<RunState, "flaws">) => (isFlawless(flaws) ? {} : { journal: flaws })
