/** How far a run has come, stage by stage: its events and progress reports, folded. */

import { stageOf } from "../plan/task-id.ts"
import type { JournalEvent, RunOutcome } from "../record/JournalEvent.ts"
import type { ProgressReport } from "../stage/Progress.ts"

/** What of a plan shows while it runs: its name, and how many tasks each stage has. */
export interface PlanSize {
  readonly name: string
  readonly stages: ReadonlyArray<{ readonly id: string; readonly tasks: { readonly length: number } }>
}

/** Tasks of one stage, counted by state. Those in no count wait for what they need. */
export interface StageProgress {
  readonly id: string
  readonly total: number
  /** Their inputs are there; they wait for a worker, or for their next attempt. */
  readonly queued: number
  /** Those of the queued ones that another process computes. */
  readonly awaiting: number
  /** Given to a worker with others, and not what it is at: it has not begun them, or their results go to the disk. */
  readonly held: number
  readonly running: number
  readonly done: number
  readonly hit: number
  readonly failed: number
  readonly skipped: number
  /** Milliseconds that the attempts of finished tasks took together. */
  readonly workMillis: number
  /** First attempt, in milliseconds since 1970. */
  readonly startedAt: number | undefined
  /** Last time that a task was settled. */
  readonly settledAt: number | undefined
}

/** How much was done at some instant. */
export interface Sample {
  readonly at: number
  readonly done: number
}

/** A task in an attempt, from when a worker was given it to when its result is on the disk. */
export interface RunningTask {
  readonly task: string
  readonly stage: string
  readonly attempt: number
  readonly startedAt: number
  readonly report: ProgressReport | undefined
  /** The pace is taken from the first to the last of these; the middle one becomes the first when that is old. */
  readonly samples: readonly [first: Sample, middle: Sample, last: Sample] | undefined
}

export interface ProgressState {
  readonly pipeline: string
  /** In the order of the plan. */
  readonly stages: ReadonlyArray<StageProgress>
  readonly running: ReadonlyMap<string, RunningTask>
  readonly startedAt: number | undefined
  readonly endedAt: number | undefined
  readonly outcome: RunOutcome | undefined
}

type End = "done" | "hit" | "failed" | "skipped"

type Mutable<A> = { -readonly [key in keyof A]: A[key] }

/** Milliseconds over which a pace is taken, at least and at most twice that. */
const WINDOW = 5000

/** Tasks of a stage that will not run any more. */
export const settled = ({ done, hit, failed, skipped }: StageProgress): number => done + hit + failed + skipped

/** Sums over the stages of a run. */
export const totals = (state: ProgressState) => {
  const sum = { total: 0, queued: 0, running: 0, done: 0, hit: 0, failed: 0, skipped: 0 }
  for (const stage of state.stages) for (const key of KEYS) sum[key] += stage[key]
  return sum
}

const KEYS = ["total", "queued", "running", "done", "hit", "failed", "skipped"] as const

/**
 * Folds events and reports into one state.
 *
 * The state changes in place: a run may have a hundred thousand events, and each must cost next to nothing.
 */
export class ProgressFold {
  readonly state: ProgressState
  private readonly run: Mutable<ProgressState>
  private readonly stages = new Map<string, Mutable<StageProgress>>()
  private readonly order: Array<StageProgress> = []
  private readonly running = new Map<string, Mutable<RunningTask>>()
  /** Tasks that a worker was given and is not at. */
  private readonly held = new Set<string>()
  /** Tasks that wait for another process. */
  private readonly awaiting = new Set<string>()
  /** How tasks came to their ends: one whose result turns out to be lost may come to another. */
  private readonly ends = new Map<string, End>()

  constructor(plan: PlanSize) {
    for (const stage of plan.stages) this.addStage(stage.id, stage.tasks.length)
    this.run = {
      pipeline: plan.name,
      stages: this.order,
      running: this.running,
      startedAt: undefined,
      endedAt: undefined,
      outcome: undefined
    }
    this.state = this.run
  }

  /** How far a stage has come, where it is known. */
  progressOf(stage: string): StageProgress | undefined {
    return this.stages.get(stage)
  }

  onEvent(event: JournalEvent): void {
    switch (event._tag) {
      case "RunStarted":
        this.run.startedAt = event.at
        return
      case "RunFinished":
        this.run.endedAt = event.at
        this.run.outcome = event.outcome
        this.running.clear()
        this.held.clear()
        for (const stage of this.stages.values()) Object.assign(stage, { running: 0, held: 0, queued: 0, awaiting: 0 })
        return
      case "TaskLog":
        return
      case "PlanExtended":
        for (const [id, tasks] of Object.entries(event.stages)) {
          const stage = this.stage(id)
          stage.total = Math.max(stage.total, tasks)
        }
        return
      case "AllHit":
        for (const [stage, count] of Object.entries(event.stages)) this.count(this.stage(stage), "hit", event.at, count)
        return
      default:
        this.onTaskEvent(this.stage(stageOf(event.task)), event)
    }
  }

  /** A report from inside a task; `at` in milliseconds since 1970. */
  onProgress(task: string, report: ProgressReport, at: number): void {
    const running = this.running.get(task)
    if (running === undefined) return
    const sample = { at, done: report.done }
    const before = running.samples
    const restarted = running.report?.total !== report.total || before === undefined || report.done < before[2].done
    if (restarted) running.samples = [sample, sample, sample]
    else if (at - before[1].at < WINDOW) running.samples = [before[0], before[1], sample]
    else running.samples = [before[1], sample, sample]
    running.report = report
  }

  /** Tells whether a worker is at a task that it was given with others. The events of the task come before or afterwards. */
  onTurn(task: string, hasTurn: boolean): void {
    if (hasTurn !== this.held.has(task)) return
    if (hasTurn) this.held.delete(task)
    else this.held.add(task)
    if (!this.running.has(task)) return
    const stage = this.stage(stageOf(task))
    stage.held += hasTurn ? -1 : 1
    stage.running += hasTurn ? 1 : -1
  }

  /** A task waits for another process; whatever is heard of it next says that it does no more. */
  onWaiting(task: string): void {
    if (this.awaiting.has(task)) return
    this.awaiting.add(task)
    this.stage(stageOf(task)).awaiting++
  }

  private onTaskEvent(
    stage: Mutable<StageProgress>,
    event: Exclude<
      JournalEvent,
      { readonly _tag: "RunStarted" | "PlanExtended" | "RunFinished" | "AllHit" | "TaskLog" }
    >
  ): void {
    if (this.awaiting.delete(event.task)) stage.awaiting--
    switch (event._tag) {
      case "TaskHit":
        this.settle(stage, event, "hit")
        return
      case "TaskReady":
        this.reopen(stage, event.task)
        stage.queued++
        return
      case "AttemptStarted":
        stage.queued = Math.max(0, stage.queued - 1)
        if (this.held.has(event.task)) stage.held++
        else stage.running++
        stage.startedAt ??= event.at
        this.running.set(event.task, {
          task: event.task,
          stage: stage.id,
          attempt: event.attempt,
          startedAt: event.at,
          report: undefined,
          samples: undefined
        })
        return
      case "AttemptFailed":
        this.stop(stage, event.task)
        if (event.retryIn !== undefined) stage.queued++
        return
      case "TaskFinished":
        stage.workMillis += event.at - (this.running.get(event.task)?.startedAt ?? event.at)
        this.stop(stage, event.task)
        this.settle(stage, event, "done")
        return
      case "TaskFailed":
        this.stop(stage, event.task)
        this.settle(stage, event, "failed")
        return
      case "TaskSkipped":
        this.stop(stage, event.task)
        this.settle(stage, event, "skipped")
        return
    }
  }

  private stop(stage: Mutable<StageProgress>, task: string): void {
    const wasHeld = this.held.delete(task)
    if (!this.running.delete(task)) return
    if (wasHeld) stage.held--
    else stage.running--
  }

  private settle(
    stage: Mutable<StageProgress>,
    { task, at }: { readonly task: string; readonly at: number },
    as: End
  ): void {
    this.reopen(stage, task)
    this.ends.set(task, as)
    this.count(stage, as, at, 1)
  }

  private reopen(stage: Mutable<StageProgress>, task: string): void {
    const end = this.ends.get(task)
    if (end === undefined) return
    stage[end]--
    this.ends.delete(task)
  }

  private count(stage: Mutable<StageProgress>, as: End, at: number, tasks: number): void {
    stage[as] += tasks
    stage.settledAt = at
    // A fan-out over a list that was known only at run time has more tasks than the plan.
    stage.total = Math.max(stage.total, settled(stage) + stage.running + stage.held)
  }

  private stage(id: string): Mutable<StageProgress> {
    return this.stages.get(id) ?? this.addStage(id, 0)
  }

  private addStage(id: string, total: number): Mutable<StageProgress> {
    const stage: Mutable<StageProgress> = {
      ...{ id, total, queued: 0, awaiting: 0, held: 0, running: 0, done: 0, hit: 0, failed: 0, skipped: 0 },
      ...{ workMillis: 0, startedAt: undefined, settledAt: undefined }
    }
    this.stages.set(id, stage)
    this.order.push(stage)
    return stage
  }
}
