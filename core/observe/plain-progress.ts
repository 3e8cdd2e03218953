/** Progress as plain lines, for pipes, logs and continuous integration: nothing is ever redrawn. */

import { stageOf } from "../plan/task-id.ts"
import type { JournalEvent } from "../record/JournalEvent.ts"
import { durationText, stopwatchText } from "./duration.ts"
import { EventLines } from "./EventLines.ts"
import type { ProgressStream } from "./LiveArea.ts"
import { currentMillis, type OpenProgress } from "./OpenProgress.ts"
import { type PlanSize, ProgressFold, settled } from "./ProgressState.ts"
import { stageViews } from "./stage-view.ts"
import { summaryLine } from "./summary-line.ts"
import { clipName, harmless, symbolsOf, type TerminalStyle } from "./terminal-style.ts"

export interface PlainOptions extends TerminalStyle {
  readonly stream: ProgressStream
}

/** Milliseconds between two looks at what is running. */
const TICK = 10_000

/**
 * Milliseconds between two lines about what is running, at least, at most, and as a share of the time since the start: a
 * log of days is not read like one of minutes.
 */
const [SHORTEST, LONGEST, SHARE] = [TICK, 300_000, 1 / 12]

/** Lines for tasks that may stand at once, and milliseconds for which there is one more: whoever ends beyond these is counted. */
const [BURST, REFILL] = [40, 15_000]

/**
 * Watches a run with a line for each task that ran or failed as long as these are few, one for each flood of hits or of others,
 * and one now and then: some six hundred an hour at most, besides failures.
 */
export const plainProgress = (plan: PlanSize, options: PlainOptions): OpenProgress => {
  const lines = new PlainLines(plan, options)
  const write = (texts: ReadonlyArray<string>): void => {
    if (texts.length > 0) options.stream.write(texts.map((text) => `${text}\n`).join(""))
  }
  let closed = false
  const timer = setInterval(() => write(lines.onPeriod(currentMillis())), TICK).unref()
  return {
    onEvent: (event) => write(lines.onEvent(event)),
    onProgress: (task, report) => lines.fold.onProgress(task, report, currentMillis()),
    onTurn: (task, hasTurn) => lines.fold.onTurn(task, hasTurn),
    onWaiting: (task) => write(lines.onWaiting(task, currentMillis())),
    close: (note) => {
      if (closed) return
      closed = true
      clearInterval(timer)
      write(lines.onClose(note, currentMillis()))
    }
  }
}

/** The lines that events and time bring forth. Writes nothing itself. */
export class PlainLines {
  readonly fold: ProgressFold
  private readonly style: TerminalStyle
  private readonly events: EventLines
  private readonly attempts = new Map<string, number>()
  /** Lines that tasks may have at the moment, and until when that was reckoned. */
  private room = BURST
  private reckonedAt: number | undefined
  /** When the last line told what is running. */
  private toldAt: number | undefined
  /** Tasks since the last line that need no line of their own, by stage. */
  private readonly done = new Map<string, number>()
  private readonly hits = new Map<string, number>()
  private readonly skipped = new Map<string, number>()
  private readonly awaiting = new Map<string, number>()
  private hasWaited = false
  private hasWorked = false

  constructor(plan: PlanSize, style: TerminalStyle) {
    this.fold = new ProgressFold(plan)
    this.style = style
    this.events = new EventLines(style)
  }

  /** Lines for an event; those for earlier hits come first, at the latest when work begins. */
  onEvent(event: JournalEvent): ReadonlyArray<string> {
    this.fold.onEvent(event)
    if (event._tag === "TaskHit") return this.gather(this.hits, event.task)
    if (event._tag === "AllHit") {
      for (const [stage, count] of Object.entries(event.stages)) this.hits.set(stage, count)
      return []
    }
    if (event._tag === "TaskSkipped") return this.gather(this.skipped, event.task)
    if (event._tag === "AttemptStarted") {
      this.attempts.set(event.task, event.at)
      return this.flushEarlier(event.at)
    }
    if (event._tag === "TaskFinished" && !this.hasRoom(event.at)) {
      this.attempts.delete(event.task)
      return this.gather(this.done, event.task)
    }
    const lines = this.linesOf(event)
    return lines.length === 0
      ? []
      : [...this.flushEarlier(event.at), ...this.countDone(event.at), ...this.stamped(event.at, lines)]
  }

  /** A line for the first task that waits for another process; those that follow are counted. */
  onWaiting(task: string, now: number): ReadonlyArray<string> {
    this.fold.onWaiting(task)
    this.gather(this.awaiting, task)
    if (this.hasWaited) return []
    this.hasWaited = true
    return this.flush(now)
  }

  /** Lines about what is running, if it is time for one; to be asked for every ten seconds or so. */
  onPeriod(now: number): ReadonlyArray<string> {
    const { startedAt = now } = this.fold.state
    const period = Math.min(LONGEST, Math.max(SHORTEST, SHARE * (now - startedAt)))
    // A clock that ticks a little early is on time.
    if (now - (this.toldAt ?? startedAt) < period - TICK / 2) return []
    this.toldAt = now
    const views = stageViews(this.fold.state, now).filter(({ status }) => status === "running")
    const running = views.slice(0, MOST_NAMED).map(({ stage, share, left }) => {
      const count = stage.total > 1 ? ` ${settled(stage)}/${stage.total}` : ""
      const rest = left === undefined ? "" : ` (${stopwatchText(left)} left)`
      return `${this.nameOf(stage.id)}${count} ${Math.floor(100 * share)} %${rest}`
    })
    if (views.length > MOST_NAMED) running.push(`${views.length - MOST_NAMED} other stages`)
    return [
      ...this.flush(now),
      ...this.countDone(now),
      ...this.counted(now),
      ...(running.length === 0 ? [] : this.stamped(now, [`running: ${running.join(", ")}`]))
    ]
  }

  /** The last lines. */
  onClose(note: string | undefined, now: number): ReadonlyArray<string> {
    return [
      ...this.flush(now),
      ...this.countDone(now),
      ...this.counted(now),
      summaryLine(this.fold.state, note, now, this.style)
    ]
  }

  private linesOf(event: JournalEvent): ReadonlyArray<string> {
    if (event._tag === "RunStarted") {
      return [
        `${event.pipeline} (${event.profile}), ${event.tasks} ${event.tasks === 1 ? "task" : "tasks"}, run ${event.runId}`
      ]
    }
    if (event._tag === "PlanExtended") {
      return [
        `+ known now: ${this.named(Object.entries(event.stages), (stage, tasks) => `${tasks} ${stage}`) || "nothing"}`
      ]
    }
    if (event._tag !== "TaskFinished") return this.events.of(event)
    const started = this.attempts.get(event.task) ?? event.at
    this.attempts.delete(event.task)
    return [
      `${symbolsOf(this.style).done} ${harmless(event.task)}  ${durationText(event.millis ?? event.at - started)}`
    ]
  }

  /** Whether there may be a line about a task now, which then is taken. */
  private hasRoom(at: number): boolean {
    const since = this.reckonedAt ?? at
    const refilled = Math.max(0, Math.floor((at - since) / REFILL))
    this.room = Math.min(BURST, this.room + refilled)
    this.reckonedAt = this.room === BURST ? at : since + refilled * REFILL
    if (this.room === 0) return false
    this.room--
    return true
  }

  /** What was found before anything ran comes before it; what is found later can wait for the next look. */
  private flushEarlier(at: number): ReadonlyArray<string> {
    if (this.hasWorked) return []
    this.hasWorked = this.attempts.size > 0
    return this.flush(at)
  }

  /** What ended without a line, and how far its stages have come. */
  private countDone(at: number): ReadonlyArray<string> {
    const lines = this.countLines(`${symbolsOf(this.style).done} done:`, this.done, (name, count, stage) => {
      const progress = this.fold.progressOf(stage)
      return progress === undefined || progress.total === 1
        ? name
        : `${count} ${name} (${settled(progress)}/${progress.total})`
    })
    this.done.clear()
    return this.stamped(at, lines)
  }

  private counted(at: number): ReadonlyArray<string> {
    return this.stamped(at, this.events.counted())
  }

  private gather(counts: Map<string, number>, task: string): ReadonlyArray<string> {
    const stage = stageOf(task)
    counts.set(stage, (counts.get(stage) ?? 0) + 1)
    return []
  }

  private flush(at: number): ReadonlyArray<string> {
    const { hit, skipped } = symbolsOf(this.style)
    const lines = [
      ...this.countLines(`${hit} cached:`, this.hits),
      ...this.countLines(`${skipped} skipped:`, this.skipped),
      ...this.countLines("waiting for another run:", this.awaiting)
    ]
    for (const counts of [this.hits, this.skipped, this.awaiting]) counts.clear()
    return this.stamped(at, lines)
  }

  /** `= cached: circle, 10 empirical` */
  private countLines(
    head: string,
    counts: ReadonlyMap<string, number>,
    words: Words = (name, count, stage) => countText(name, count, this.fold.progressOf(stage)?.total ?? 0)
  ): ReadonlyArray<string> {
    return counts.size === 0 ? [] : [`${head} ${this.named([...counts], words)}`]
  }

  /** The first stages with their numbers in words; the others are counted together. */
  private named(all: ReadonlyArray<readonly [stage: string, count: number]>, words: Words): string {
    const named = all.slice(0, MOST_NAMED).map(([stage, count]) => words(this.nameOf(stage), count, stage))
    const others = all.slice(MOST_NAMED)
    const tasks = others.reduce((sum, [, count]) => sum + count, 0)
    return [...named, ...(others.length === 0 ? [] : [`${tasks} tasks of ${others.length} other stages`])].join(", ")
  }

  private nameOf(stage: string): string {
    return clipName(stage, LONGEST_NAME, symbolsOf(this.style))
  }

  private stamped(at: number, lines: ReadonlyArray<string>): ReadonlyArray<string> {
    const stamp = stopwatchText(at - (this.fold.state.startedAt ?? at)).padStart(7)
    return lines.map((line, index) => `${index === 0 || !line.startsWith(" ") ? stamp : " ".repeat(7)}  ${line}`)
  }
}

/** What a line says of so many tasks of a stage, whose name may be clipped. */
type Words = (name: string, count: number, stage: string) => string

/** Stages that a line names. */
const MOST_NAMED = 12

/** Characters of a name among others. */
const LONGEST_NAME = 40

/** `circle` where a stage has no more than that one task, `10 empirical`, or `3 of 10 empirical`. */
const countText = (stage: string, count: number, total: number): string => {
  if (total > count) return `${count} of ${total} ${stage}`
  return count === 1 ? stage : `${count} ${stage}`
}
