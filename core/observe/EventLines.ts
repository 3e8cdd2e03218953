/** Events that a person must not miss, as lines that stay: failures and warnings. */
import { stageOf } from "../plan/task-id.ts"
import type { JournalEvent } from "../record/JournalEvent.ts"
import { durationText } from "./duration.ts"
import { Repeats } from "./Repeats.ts"
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

type Failed = Extract<JournalEvent, { readonly _tag: "AttemptFailed" }>

type Logged = Extract<JournalEvent, { readonly _tag: "TaskLog" }>

/** The lines of a run: what was said before is said in short, and what is said of very many is counted. */
export class EventLines {
  private readonly style: TerminalStyle
  /** The latest failure of each task that has failed. */
  private readonly failures = new Map<string, Failed>()
  private readonly alike = new Repeats<Failed>()
  private readonly logged = new Repeats<Logged>()

  constructor(style: TerminalStyle) {
    this.style = style
  }

  /** Lines for an event, empty for one that can wait; the first names the task. */
  of(event: JournalEvent): ReadonlyArray<string> {
    if (event._tag === "AttemptFailed") return this.ofFailure(event)
    if (event._tag !== "TaskLog" || toneOf(event) === undefined) return []
    const kind = JSON.stringify([stageOf(event.task), event.level, firstLineOf(event.message)])
    return this.logged.isTold(kind, event) ? this.block(this.headOfLog(event, event.task), harmless(event.message)) : []
  }

  /** A line for each sort of failures and warnings that has been counted since it was last asked for. */
  counted(): ReadonlyArray<string> {
    return [
      ...this.alike.untold().flatMap(({ last, count }) => {
        if (last === undefined) return this.ofOthers(count, "more failures of other kinds", "bad")
        const attempts = last.retryIn === undefined ? "" : " attempts"
        const title = `${stageOf(last.task)}: ${count} more${attempts} like these`
        return this.block(this.headOf(last, title), firstLineOf(last.error.message))
      }),
      ...this.logged
        .untold()
        .flatMap(({ last, count }) =>
          last === undefined
            ? this.ofOthers(count, "more warnings of other kinds", "warn")
            : this.block(
                this.headOfLog(last, `${stageOf(last.task)}: ${count} more like these`),
                firstLineOf(last.message)
              )
        )
    ]
  }

  private ofOthers(count: number, words: string, tone: Segment["tone"]): ReadonlyArray<string> {
    return this.block([segment("! ", tone)], `${count} ${words}; \`pipeline show latest\` has them all`)
  }

  private headOfLog(event: Logged, title: string): ReadonlyArray<Segment> {
    return [
      segment("! ", toneOf(event) ?? "warn"),
      segment(harmless(title), "bold"),
      segment(`  ${harmless(event.level)}: `, "dim")
    ]
  }

  private ofFailure(event: Failed): ReadonlyArray<string> {
    const before = this.failures.get(event.task)
    this.failures.set(event.task, event)
    const kind = JSON.stringify([
      stageOf(event.task),
      event.retryIn === undefined,
      event.error.tag,
      firstLineOf(event.error.message)
    ])
    if (!this.alike.isTold(kind, event)) return []
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

const firstLineOf = (message: string): string => harmless(message).split("\n", 1)[0] ?? ""

const toneOf = ({ level }: Logged): Segment["tone"] | undefined => LOUD[level.toLowerCase()]

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
