/** Events that a person must not miss, as lines that stay: failures and warnings. */
import { stageOf } from "../plan/task-id.ts"
import type { JournalEvent } from "../record/JournalEvent.ts"
import { durationText } from "./duration.ts"
import { harmless, paint, type Segment, segment, symbolsOf, type TerminalStyle } from "./terminal-style.ts"

/** Lines of a long error that are shown, with room for the last twenty of a command; all of it is in the journal. */
const LINES = 26

/** Failures of a stage with the same first line that are shown; those that follow are counted. */
const SHOWN_ALIKE = 5

/** Levels of logs that are shown at once; the others wait in the journal. */
const LOUD: { readonly [level: string]: Segment["tone"] } = {
  warn: "warn",
  warning: "warn",
  error: "bad",
  fatal: "bad"
}

type Failed = Extract<JournalEvent, { readonly _tag: "AttemptFailed" }>

/** Failures of one stage that begin with the same words. */
interface Alike {
  readonly last: Failed
  /** All of them, and those that no line has told of. */
  readonly count: number
  readonly untold: number
}

/** The lines of a run: what was said before is said in short, and what is said of very many is counted. */
export class EventLines {
  private readonly style: TerminalStyle
  /** The latest failure of each task that has failed. */
  private readonly failures = new Map<string, Failed>()
  private readonly alike = new Map<string, Alike>()

  constructor(style: TerminalStyle) {
    this.style = style
  }

  /** Lines for an event, empty for one that can wait; the first names the task. */
  of(event: JournalEvent): ReadonlyArray<string> {
    if (event._tag === "AttemptFailed") return this.ofFailure(event)
    if (event._tag !== "TaskLog") return []
    const tone = LOUD[event.level.toLowerCase()]
    if (tone === undefined) return []
    const head = [segment("! ", tone), segment(harmless(event.task), "bold"), segment(`  ${event.level}: `, "dim")]
    return this.block(head, harmless(event.message))
  }

  /** A line for each sort of failures that has been counted since it was last asked for. */
  counted(): ReadonlyArray<string> {
    const lines: Array<string> = []
    for (const [key, alike] of this.alike) {
      if (alike.untold === 0) continue
      this.alike.set(key, { ...alike, untold: 0 })
      const attempts = alike.last.retryIn === undefined ? "" : " attempts"
      lines.push(
        ...this.block(
          this.headOf(alike.last, `${stageOf(alike.last.task)}: ${alike.untold} more${attempts} like these`),
          firstLine(alike.last)
        )
      )
    }
    return lines
  }

  private ofFailure(event: Failed): ReadonlyArray<string> {
    const before = this.failures.get(event.task)
    this.failures.set(event.task, event)
    const key = JSON.stringify([stageOf(event.task), event.retryIn === undefined, event.error.tag, firstLine(event)])
    const { count, untold } = this.alike.get(key) ?? { count: 0, untold: 0 }
    const isShown = count < SHOWN_ALIKE
    this.alike.set(key, { last: event, count: count + 1, untold: isShown ? untold : untold + 1 })
    if (!isShown) return []
    const again =
      event.retryIn === undefined ? "" : ` (attempt ${event.attempt}; again in ${durationText(event.retryIn)})`
    const text = harmless(event.error.message)
    const isTold = before !== undefined && before.error.tag === event.error.tag
    const news = isTold ? newLines(harmless(before.error.message), text) : undefined
    return this.block(
      this.headOf(event, `${event.task}${again}`),
      news === undefined ? text : ["as before", ...news].join("\n")
    )
  }

  private headOf({ error, retryIn }: Failed, title: string): ReadonlyArray<Segment> {
    const isFinal = retryIn === undefined
    return [
      segment(`${isFinal ? symbolsOf(this.style).failed : "!"} `, isFinal ? "bad" : "warn"),
      segment(harmless(title), "bold"),
      segment(`  ${harmless(error.tag)}: `, "dim")
    ]
  }

  private block(head: ReadonlyArray<Segment>, text: string): ReadonlyArray<string> {
    const { style } = this
    const [first = "", ...rest] = text.trimEnd().split("\n")
    const shown = rest.slice(0, LINES - 1).map((line) => `    ${line}`)
    const hidden = rest.length - shown.length
    const more =
      hidden > 0 ? [paint(segment(`    ${symbolsOf(style).ellipsis} ${hidden} more lines`, "dim"), style)] : []
    return [`${head.map((part) => paint(part, style)).join("")}${first}`, ...shown, ...more]
  }
}

const firstLine = ({ error }: Failed): string => harmless(error.message).split("\n", 1)[0] ?? ""

/**
 * The lines in which a text differs from an earlier one, where they are few: each attempt at a command has a folder of its
 * own. `undefined` where it says something else.
 */
const newLines = (before: string, now: string): ReadonlyArray<string> | undefined => {
  const [old, lines] = [before.split("\n"), now.split("\n")]
  if (old.length !== lines.length || old[0] !== lines[0]) return undefined
  const news = lines.filter((line, index) => line !== old[index])
  return news.length <= 1 ? news : undefined
}
