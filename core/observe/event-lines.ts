/** Events that a person must not miss, as lines that stay: failures and warnings. */
import type { JournalEvent } from "../record/JournalEvent.ts"
import { durationText } from "./duration.ts"
import { harmless, paint, type Segment, segment, symbolsOf, type TerminalStyle } from "./terminal-style.ts"

/** Lines of a long error that are shown, with room for the last twenty of a command; all of it is in the journal. */
const LINES = 26

/** Levels of logs that are shown at once; the others wait in the journal. */
const LOUD: { readonly [level: string]: Segment["tone"] } = {
  warn: "warn",
  warning: "warn",
  error: "bad",
  fatal: "bad"
}

/** Lines for an event, empty for one that can wait; the first names the task. */
export const eventLines = (event: JournalEvent, style: TerminalStyle): ReadonlyArray<string> => {
  const symbols = symbolsOf(style)
  if (event._tag === "AttemptFailed") {
    const again =
      event.retryIn === undefined ? "" : ` (attempt ${event.attempt}; again in ${durationText(event.retryIn)})`
    const final = event.retryIn === undefined
    return block(
      [
        segment(`${final ? symbols.failed : "!"} `, final ? "bad" : "warn"),
        segment(`${harmless(event.task)}${again}`, "bold"),
        segment(`  ${harmless(event.error.tag)}: `, "dim")
      ],
      event.error.message,
      style
    )
  }
  if (event._tag === "TaskLog") {
    const tone = LOUD[event.level.toLowerCase()]
    if (tone === undefined) return []
    return block(
      [segment("! ", tone), segment(harmless(event.task), "bold"), segment(`  ${event.level}: `, "dim")],
      event.message,
      style
    )
  }
  return []
}

const block = (head: ReadonlyArray<Segment>, message: string, style: TerminalStyle): ReadonlyArray<string> => {
  const [first = "", ...rest] = harmless(message).trimEnd().split("\n")
  const shown = rest.slice(0, LINES - 1).map((line) => `    ${line}`)
  const hidden = rest.length - shown.length
  const more = hidden > 0 ? [paint(segment(`    ${symbolsOf(style).ellipsis} ${hidden} more lines`, "dim"), style)] : []
  return [`${head.map((part) => paint(part, style)).join("")}${first}`, ...shown, ...more]
}
