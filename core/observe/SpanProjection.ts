/** Makes spans of what happens in a run, while it happens or afterwards: each when it has ended. */
import type { JournalEvent, RunOutcome } from "../record/JournalEvent.ts"
import type { SpanBatch } from "../record/KeptSpan.ts"
import { type AttemptState, type FoldedTask, foldTask, newTask, type RunState } from "../record/RunState.ts"
import { ATTRIBUTE, EVENT, SPAN } from "../record/semantic-conventions.ts"
import { eventsWithin, type KeptAround, ownContent, placeKept } from "./KeptSpans.ts"
import type { RunSpan, SpanContext, SpanEvent, SpanRole } from "./RunSpan.ts"
import { boundedAttributes, boundedEvents, cut } from "./span-content.ts"
import { isId, labelledId, ROOM, taskSpanId, waitingSpanId } from "./span-ids.ts"
import { attemptParts, runParts, type SpanParts, type Started, taskParts } from "./span-parts.ts"

export interface ProjectionOptions {
  /** The run that this one does again; asked for when it ends. */
  readonly reproduces?: (started: Started) => SpanContext | undefined
  /** Until when a run without an end has gone on, in milliseconds since 1970: now, for one that lives. Absent, it has died. */
  readonly goingOnAt?: number | undefined
  /** Whether the ids of the events are those of this version, which need no looking at. */
  readonly hasOwnIds?: boolean
}

type TaskEvent = Parameters<typeof foldTask>[1]

/** A task from when it is ready to its end. One that is computed again, because its result was damaged, has a second life. */
interface Life {
  readonly spanId: string
  readonly startedAt: number
  readonly state: FoldedTask
  /** Since when it waits, and for what. */
  waiting: { readonly since: number; readonly role: "queue" | "backoff" }
  /** What was said since its last attempt ended. */
  logs: Array<SpanEvent>
  /** What was said before its first. */
  early: ReadonlyArray<SpanEvent>
}

/**
 * Ids are those of the events; where one is missing or taken, it is derived from what the span stands for. What is kept of an
 * attempt has to be handed over before its end.
 */
export class SpanProjection {
  private readonly options: ProjectionOptions
  private started: Started | undefined
  private traceId = ""
  private rootId = ""
  private lastAt = 0
  private outcome: RunOutcome | undefined
  /** How each task that is over ended, the last time that it did. */
  private readonly ends = new Map<string, keyof RunState["counts"]>()
  private readonly lives = new Map<string, Life>()
  private readonly taken = new Set<string>()
  /** Lives so far. */
  private born = 0
  /** Batches by what they hang on: an attempt, or the run. */
  private readonly kept = new Map<string, Array<SpanBatch>>()
  private made: Array<RunSpan> = []

  constructor(options: ProjectionOptions = {}) {
    this.options = options
  }

  /** Takes in spans that no event tells. */
  keep(batch: SpanBatch): void {
    const on = batch.below === "run" ? "" : `${batch.attempt}/${batch.below}`
    const known = this.kept.get(on)
    if (known === undefined) this.kept.set(on, [batch])
    else known.push(batch)
  }

  /** Takes in an event; the spans that have ended with it, parts before their whole. */
  next(event: JournalEvent): ReadonlyArray<RunSpan> {
    if (event._tag === "RunStarted") this.begin(event)
    else if (this.started === undefined) return []
    else if (event._tag === "RunFinished") this.outcome = event.outcome
    else if (event._tag === "PlanExtended") this.started = { ...this.started, tasks: event.tasks }
    else if (event._tag === "TaskLog") this.enterLog(event)
    else if (event._tag !== "AllHit") this.enter(event)
    this.lastAt = Math.max(this.lastAt, event.at)
    return this.take()
  }

  /** The spans of what had not ended, and that of the run last. Nothing where it has not begun. */
  close(): ReadonlyArray<RunSpan> {
    if (this.started === undefined) return []
    if (this.outcome === undefined) this.lastAt = Math.max(this.lastAt, this.options.goingOnAt ?? 0)
    for (const batches of this.kept.values())
      for (const { base, spans } of batches)
        for (const { end, start } of spans) this.lastAt = Math.max(this.lastAt, base + (end ?? start))
    for (const life of this.lives.values()) {
      const attempt = life.state.attempts.at(-1)
      if (life.state.status === "running" && attempt !== undefined) this.endAttempt(life, attempt, this.lastAt)
      this.endTask(life, this.lastAt)
    }
    this.lives.clear()
    this.endRun(this.started)
    return this.take()
  }

  private take(): ReadonlyArray<RunSpan> {
    const { made } = this
    if (made.length > 0) this.made = []
    return made
  }

  private begin(started: Started): void {
    if (this.started !== undefined) return
    this.started = started
    this.traceId = isId(started.traceId, 32)
      ? started.traceId
      : labelledId("trace", started.runId) + labelledId("trace", started.runId, 1)
    this.rootId = this.claim(started.spanId, "run")
  }

  private enterLog({ at, level, message, task }: Extract<JournalEvent, { readonly _tag: "TaskLog" }>): void {
    const attributes = { [ATTRIBUTE.logLevel]: level, [ATTRIBUTE.logMessage]: cut(message) }
    this.lives.get(task)?.logs.push({ name: EVENT.log, at, attributes })
  }

  private enter(event: TaskEvent): void {
    const life = this.lives.get(event.task) ?? this.bear(event)
    const wasRunning = life.state.status === "running"
    foldTask(life.state, event)
    const attempt = life.state.attempts.at(-1)
    switch (event._tag) {
      case "TaskReady":
        life.waiting = { since: Math.max(life.waiting.since, event.at), role: "queue" }
        return
      case "AttemptStarted":
        if (life.state.attempts.length > 1) return
        life.early = life.logs
        life.logs = []
        return
      case "AttemptFailed":
        if (attempt === undefined || !wasRunning) return
        life.waiting = { since: this.endAttempt(life, attempt, event.at), role: "backoff" }
        return
      case "TaskFinished":
      // The run ended while it was at it.
      case "TaskSkipped":
        if (attempt !== undefined && wasRunning) this.endAttempt(life, attempt, event.at)
        break
      case "TaskHit":
      case "TaskFailed":
    }
    this.ends.set(event.task, END[event._tag])
    this.endTask(life, event.at)
    this.lives.delete(event.task)
  }

  private bear(event: TaskEvent): Life {
    const startedAt = Math.max(event.at, this.started?.at ?? 0)
    const life: Life = {
      spanId: this.claimTask(event),
      startedAt,
      state: newTask(event.task),
      waiting: { since: startedAt, role: "queue" },
      logs: [],
      early: []
    }
    this.lives.set(event.task, life)
    return life
  }

  /** Makes the spans of an attempt and of the time that it waited; when it ended. */
  private endAttempt(life: Life, attempt: AttemptState, at: number): number {
    const { since, role } = life.waiting
    const startedAt = Math.max(since, attempt.startedAt)
    const endedAt = Math.max(startedAt, attempt.endedAt ?? at)
    const spanId = this.claim(attempt.spanId, life.state.task, `#${attempt.attempt}`)
    if (startedAt > since) this.addWaiting(life, role, startedAt, spanId)
    const batches = this.pick(attempt.spanId, "/attempt")
    const time = { runId: this.started?.runId ?? "", startedAt, endedAt }
    const logs = eventsWithin(life.logs, time)
    life.logs = []
    if (batches.length === 0) this.add(spanId, life.spanId, attemptParts(life.state, attempt, time, logs))
    else {
      const own = ownContent(batches, time)
      const parts = attemptParts(life.state, attempt, time, [...own.events, ...logs])
      this.add(spanId, life.spanId, { ...parts, ...own, attributes: { ...parts.attributes, ...own.attributes } })
      this.addKept(batches, { id: spanId, room: ROOM.kept, service: "worker", parent: { spanId, startedAt, endedAt } })
    }
    return endedAt
  }

  private addKept(batches: ReadonlyArray<SpanBatch>, around: KeptAround): void {
    for (const { parentSpanId, parts, spanId } of placeKept(batches, around)) {
      this.add(this.claim(spanId, spanId), parentSpanId, parts)
    }
  }

  private addWaiting(life: Life, role: SpanRole & ("queue" | "backoff"), endedAt: number, attempt: string): void {
    const time = { startedAt: life.waiting.since, endedAt }
    const spanId = this.claim(waitingSpanId(attempt), life.state.task, " waiting")
    this.add(spanId, life.spanId, { role, service: "orchestrator", name: SPAN[role], ...time, attributes: {} })
  }

  private endTask(life: Life, at: number): void {
    const { early, spanId, startedAt, state } = life
    const last = state.attempts.at(-1)
    const endedAt = Math.max(startedAt, at, last?.endedAt ?? 0)
    const time = { runId: this.started?.runId ?? "", startedAt, endedAt }
    // What was said after the last attempt, or where there was none.
    const logs = eventsWithin(life.logs.length === 0 ? early : [...early, ...life.logs], time)
    this.add(spanId, this.rootId, taskParts(state, time, logs))
    const batches = last === undefined ? NONE : this.pick(last.spanId, "/task")
    if (last === undefined || batches.length === 0) return
    const parent = { spanId, startedAt, endedAt }
    this.addKept(batches, { id: last.spanId, room: ROOM.store, service: "orchestrator", parent })
  }

  private endRun(started: Started): void {
    const { lastAt: endedAt, rootId: spanId } = this
    const time = { startedAt: started.at, endedAt: Math.max(started.at, endedAt) }
    this.addKept(this.pick("", ""), {
      id: spanId,
      room: ROOM.kept,
      service: "orchestrator",
      parent: { spanId, ...time }
    })
    const counts = { ran: 0, hit: 0, failed: 0, skipped: 0 }
    for (const end of this.ends.values()) counts[end]++
    const reproduces = this.options.reproduces?.(started)
    const standing = { outcome: this.outcome, counts, reproduces, isGoingOn: this.options.goingOnAt !== undefined }
    this.add(spanId, started.parentSpanId, runParts(started, { ...standing, endedAt: time.endedAt }))
  }

  private pick(attempt: string | undefined, below: "/attempt" | "/task" | ""): ReadonlyArray<SpanBatch> {
    if (this.kept.size === 0) return NONE
    const on = `${attempt}${below}`
    const batches = this.kept.get(on) ?? NONE
    this.kept.delete(on)
    return batches
  }

  private add(spanId: string, parentSpanId: string | undefined, parts: SpanParts): void {
    this.lastAt = Math.max(this.lastAt, parts.endedAt)
    const { attributes, droppedAttributes } = boundedAttributes(parts.attributes, parts.droppedAttributes)
    const { events, droppedEvents } = boundedEvents(parts.events ?? NO_EVENTS, parts.droppedEvents)
    this.made.push({
      traceId: this.traceId,
      spanId,
      parentSpanId,
      role: parts.role,
      service: parts.service,
      name: parts.name,
      startedAt: parts.startedAt,
      endedAt: parts.endedAt,
      status: parts.status ?? "unset",
      statusMessage: parts.statusMessage,
      links: parts.links ?? NO_LINKS,
      attributes,
      droppedAttributes,
      events,
      droppedEvents
    })
  }

  /** That of older journals, or the next: tasks come in the order of the journal. */
  private claimTask(event: TaskEvent): string {
    const recorded = "spanId" in event && event._tag !== "AttemptStarted" ? event.spanId : undefined
    return this.claim(recorded ?? taskSpanId(this.rootId, ++this.born), event.task)
  }

  /** The id that was recorded, or one derived from the label when there is none that can be used. */
  private claim(recorded: string | undefined, label: string, part = ""): string {
    if (this.options.hasOwnIds === true && recorded !== undefined) return recorded
    let id = recorded ?? ""
    for (let turn = 0; !isId(id, 16) || this.taken.has(id); turn++) id = labelledId(this.traceId, label + part, turn)
    this.taken.add(id)
    return id
  }
}

const END = { TaskFinished: "ran", TaskHit: "hit", TaskFailed: "failed", TaskSkipped: "skipped" } as const

const NONE: ReadonlyArray<SpanBatch> = []
const NO_EVENTS: ReadonlyArray<SpanEvent> = []
const NO_LINKS: RunSpan["links"] = []
