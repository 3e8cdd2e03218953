/** Counts and lengths of a run, by stage: what a board of many runs is drawn from. */
import { stageOf } from "../plan/task-id.ts"
import type { JournalEvent } from "../record/JournalEvent.ts"
import type { SpanBatch, SpanValues } from "../record/KeptSpan.ts"
import { ATTRIBUTE, type METRIC, SPAN } from "../record/semantic-conventions.ts"
import type { Attributes } from "./RunSpan.ts"
import { failureWord, type ResultWord } from "./task-result.ts"

/** Upper bounds of the classes into which lengths of time fall, in seconds: from a brief task to a day. */
export const BOUNDS: ReadonlyArray<number> = [
  0.001, 0.005, 0.02, 0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600, 14_400, 86_400
]

/** Values of one instrument that have the same attributes. */
export interface Series {
  readonly attributes: Attributes
  /** The sum of all, or of a gauge the last. */
  value: number
  /** Of histograms alone, as are those that follow. */
  count: number
  min: number
  max: number
  /** How many fell into each class. */
  readonly classes: Array<number>
}

export type InstrumentName = keyof typeof METRIC

type TaskEvent = Extract<JournalEvent, { readonly task: string }>

export class RunMetrics {
  readonly instruments = new Map<InstrumentName, Map<string, Series>>()
  /** Milliseconds since 1970; 0 before the run has begun. */
  startedAt = 0
  runId = ""
  private pipeline = ""
  private jobs = 1
  private busy = 0
  private readonly waiting = new Map<string, number>()
  private readonly running = new Map<string, number>()
  /** Stages of attempts that have devices, by their spans. */
  private readonly holders = new Map<string, string>()

  /** Takes in an event. */
  next(event: JournalEvent): void {
    if (event._tag === "RunStarted") {
      this.startedAt = event.at
      this.runId = event.runId
      this.pipeline = event.pipeline
      this.jobs = event.jobs
    } else if (event._tag === "RunFinished") {
      const result = event.outcome === "interrupted" ? "cancellation" : event.outcome
      this.record("runDuration", event.at - this.startedAt, "", () => ({ [ATTRIBUTE.runResult]: result }))
    } else if ("task" in event) this.enter(event)
  }

  /** Takes in spans of what was read and written. */
  keep({ attempt = "", below, spans, use }: SpanBatch): void {
    if (use !== undefined) this.enterDevices(this.holders.get(attempt) ?? "", use)
    for (const { attributes, name } of spans) {
      const bytes = attributes?.[ATTRIBUTE.artifactBytes]
      if (typeof bytes !== "number") continue
      if (name === SPAN.get && below === "attempt") this.series("bytesRead").value += bytes
      else if (name === SPAN.put) this.series("bytesWritten").value += bytes
    }
  }

  /** Brings what depends on the time up to it, in milliseconds since 1970. */
  measureAt(at: number): void {
    const passed = at - this.startedAt
    if (this.startedAt > 0 && passed > 0) this.series("workerUse").value = this.busy / (this.jobs * passed)
  }

  private enter(event: TaskEvent): void {
    const stage = stageOf(event.task)
    switch (event._tag) {
      case "TaskHit":
        this.count(stage, "success", true)
        break
      case "TaskReady":
        this.waiting.set(event.task, event.at)
        break
      case "AttemptStarted":
        this.record("queueWait", event.at - (this.waiting.get(event.task) ?? event.at), stage, () => ofStage(stage))
        this.waiting.delete(event.task)
        if (event.devices !== undefined) this.holders.set(event.spanId, stage)
        this.running.set(event.task, event.at)
        break
      case "AttemptFailed":
        this.endAttempt(event.task, event.at, stage, failureWord(event.error.tag))
        if (event.retryIn === undefined) this.count(stage, failureWord(event.error.tag), false)
        break
      case "TaskFinished":
        this.endAttempt(event.task, event.computedAt ?? event.at, stage, "success", event.millis)
        this.enterUse(stage, event)
        this.count(stage, "success", false)
        break
      case "TaskSkipped":
        // One that ran when the run ended has kept its worker busy.
        if (this.running.has(event.task)) {
          this.endAttempt(event.task, event.at, stage, "cancellation")
          this.count(stage, "cancellation", false)
        } else this.count(stage, "skip", false)
    }
  }

  private enterUse(
    stage: string,
    { cpuMillis, peakMemory }: Extract<TaskEvent, { readonly _tag: "TaskFinished" }>
  ): void {
    this.series("cpuTime", stage, () => ofStage(stage)).value += cpuMillis / 1000
    if (peakMemory === 0) return
    const memory = this.series("peakMemory", stage, () => ofStage(stage))
    memory.value = Math.max(memory.value, peakMemory)
  }

  private enterDevices(stage: string, use: SpanValues): void {
    const { [ATTRIBUTE.gpuMemory]: memory, [ATTRIBUTE.gpuUse]: share } = use
    if (typeof share === "number") this.series("gpuUse", stage, () => ofStage(stage)).value = share
    if (typeof memory === "number") this.series("gpuMemory", stage, () => ofStage(stage)).value = memory
  }

  private endAttempt(task: string, at: number, stage: string, result: ResultWord, took?: number): void {
    const millis = took ?? Math.max(0, at - (this.running.get(task) ?? at))
    this.running.delete(task)
    this.busy += millis
    const attributes = () => ({ ...ofStage(stage), [ATTRIBUTE.taskResult]: result })
    this.record("taskDuration", millis, `${stage} ${result}`, attributes)
  }

  private count(stage: string, result: ResultWord, isHit: boolean): void {
    const attributes = () => ({ ...ofStage(stage), [ATTRIBUTE.taskResult]: result, [ATTRIBUTE.cacheHit]: isHit })
    this.series("tasks", `${stage} ${result} ${isHit}`, attributes).value++
  }

  /** Enters a length of time, in milliseconds. */
  private record(name: InstrumentName, millis: number, key: string, attributes: () => Attributes): void {
    const series = this.series(name, key, attributes)
    const value = Math.max(0, millis) / 1000
    series.value += value
    series.count++
    series.min = Math.min(series.min, value)
    series.max = Math.max(series.max, value)
    const found = BOUNDS.findIndex((bound) => value <= bound)
    const place = found < 0 ? BOUNDS.length : found
    series.classes[place] = (series.classes[place] ?? 0) + 1
  }

  /** The values of an instrument under a key, which stands for the attributes. */
  private series(name: InstrumentName, key = "", attributes: () => Attributes = () => ({})): Series {
    const known = this.instruments.get(name)?.get(key)
    if (known !== undefined) return known
    const made: Series = {
      attributes: { [ATTRIBUTE.pipelineName]: this.pipeline, ...attributes() },
      value: 0,
      count: 0,
      min: Number.POSITIVE_INFINITY,
      max: Number.NEGATIVE_INFINITY,
      classes: new Array<number>(BOUNDS.length + 1).fill(0)
    }
    const own = this.instruments.get(name)
    if (own === undefined) this.instruments.set(name, new Map([[key, made]]))
    else own.set(key, made)
    return made
  }
}

const ofStage = (stage: string): Attributes => ({ [ATTRIBUTE.taskName]: stage })
