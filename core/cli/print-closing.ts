/** Prints the last lines of a run. */
import { chooseProgress } from "../observe/choose-progress.ts"
import { type Closing, closingText } from "../report/closing-line.ts"
import { printError } from "./output.ts"

/** Columns of a line in a log. */
const LOGGED = 200

/** Prints lines at the end of standard error, each as wide as that is. */
export const printClosing = (lines: ReadonlyArray<Closing>): void => {
  const { form, ...style } = chooseProgress(process.env, process.stderr.isTTY === true)
  // The last column stays free, where some terminals break the line; a log takes long ones.
  const columns = form === "terminal" ? (process.stderr.columns || 80) - 1 : LOGGED
  for (const line of lines) printError(closingText(line, { ...style, columns }))
}
