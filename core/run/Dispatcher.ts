/** Which task starts next, and what each holds from then until it has ended. */
import { bundleImportsPackages } from "../code/imports-packages.ts"
import type { PlanStage, TaskResources } from "../plan/Plan.ts"
import { remainingPaths } from "../plan/TaskGraph.ts"
import { BriefTasks } from "./BriefTasks.ts"
import { Capacity, type Need, type Offer } from "./Capacity.ts"
import { expectedBeyond, expectedDurations } from "./durations.ts"
import type { AttemptResult } from "./Executor.ts"
import type { Ledger } from "./Ledger.ts"
import type { PastResults } from "./past-results.ts"
import { makeReadyQueue, type ReadyQueue } from "./ready-queue.ts"
import { Turn } from "./Turn.ts"

/** A task that has its result and not yet its record: it holds no cores any more. */
interface Computed {
  /** Bytes of its outputs. */
  readonly bytes: number
  /** Urgency of the most urgent task that its record makes ready. */
  readonly next: number
  /** What it took. */
  readonly need: Need
}

/** Results that wait in memory for the disk while others are computed, and their bytes; beyond these the disk sets the pace. */
const MOST_COMPUTED = 512
const MOST_COMPUTED_BYTES = 256 * 1024 * 1024

/**
 * Tasks that are worth a message to a thread, where they are so brief that this many take less than a core: fewer wait for
 * what the results on their way to the disk make ready.
 */
const GATHERED = 32

export class Dispatcher {
  private readonly ledger: Ledger
  private readonly history: PastResults["history"]
  private readonly now: () => number
  private readonly capacity: Capacity
  private readonly brief = new BriefTasks()
  private ready: ReadyQueue
  /** Tasks whose results are on their way to the disk. */
  private readonly computed = new Map<number, Computed>()
  private computedBytes = 0
  /** The attempt that comes next, of tasks that have had some. */
  private readonly nextAttempts = new Map<number, number>()
  private expected: { readonly durations: Float64Array; readonly paths: Float64Array } | undefined

  constructor(ledger: Ledger, offer: Offer, history: PastResults["history"], now: () => number) {
    this.ledger = ledger
    this.history = history
    this.now = now
    this.capacity = new Capacity(offer)
    this.ready = this.newQueue()
  }

  /** Puts a task in line that can start, or go on. */
  push(task: number): void {
    this.ready.push(task)
  }

  /** Takes the task that starts next out of the line, with what it needs; `undefined` when none may start. */
  take(): number | undefined {
    if (this.ready.size === 0 || this.capacity.isFull) return undefined
    if (this.computed.size >= MOST_COMPUTED || this.computedBytes >= MOST_COMPUTED_BYTES) return undefined
    const turn = new Turn(this.capacity, this.now())
    const gathers = this.computed.size > 0 && this.ready.size < GATHERED
    const task = this.ready.take(
      (index) =>
        !(gathers && this.capacity.coresIn(this.needOf(index)) <= 1 / GATHERED) &&
        turn.mayStart({
          need: this.needOf(index),
          duration: this.durationOf(index),
          reserved: this.reservedAgainst(index)
        }),
      (index) => this.capacity.fits(this.needOf(index))
    )
    if (task !== undefined) this.capacity.take(task, this.needOf(task), this.now() + this.durationOf(task))
    return task
  }

  /** A task has its result, and gives up what it holds: what is left to do takes no core. */
  hasComputed(task: number, result: AttemptResult): void {
    const bytes = sizeOf(result)
    const next = Math.max(...this.ledger.waitingFor(task).map((other) => this.urgency(other)), 0)
    this.computedBytes += bytes
    this.computed.set(task, { next, bytes, need: this.needOf(task) })
    this.capacity.give(task)
    if (result.millis !== undefined) this.brief.note(this.stageOf(task)?.stageType ?? "", result.millis)
  }

  /** A task that was taken for brief is not: it holds a whole core from now on. */
  hasOutgrown(task: number): void {
    this.capacity.raise(task, this.capacity.need(this.resourcesOf(task), this.nextAttempts.get(task)))
  }

  /** A task gives up what it holds until its next attempt. */
  rests(task: number, attempt: number): void {
    this.capacity.give(task)
    this.nextAttempts.set(task, attempt + 1)
  }

  hasEnded(task: number): void {
    this.computedBytes -= this.computed.get(task)?.bytes ?? 0
    this.computed.delete(task)
    this.capacity.give(task)
    this.nextAttempts.delete(task)
  }

  /** Puts only these tasks in line. */
  keepOnly(tasks: Iterable<number>): void {
    this.ready = this.newQueue()
    for (const task of tasks) this.ready.push(task)
  }

  /** The plan has grown: paths are longer than they were. */
  hasGrown(): void {
    this.expected = undefined
    this.ready.reorder()
  }

  /** What a task asks for that there is not, however long it waits: in words; nothing where it can run. */
  lacks(resources: TaskResources): string | undefined {
    return this.capacity.lacks(resources)
  }

  /** The devices that a task has for itself now. */
  devicesOf(task: number): ReadonlyArray<string> {
    return this.capacity.devicesOf(task)
  }

  /** The cores that a task holds now. */
  coresOf(task: number): number {
    return this.capacity.coresOf(task)
  }

  /** The part of a core that a task which runs takes, where several may share one. */
  shareOf(task: number): number {
    return this.mayShare(task) ? this.capacity.coresOf(task) : 1
  }

  private newQueue(): ReadyQueue {
    return makeReadyQueue({ urgency: (task) => this.urgency(task), need: (task) => this.needOf(task) })
  }

  private urgency(task: number): number {
    return this.expectations().paths[task] ?? 0
  }

  private durationOf(task: number): number {
    return this.expectations().durations[task] ?? 0
  }

  /** Needed only when something runs: a run in which nothing is new does not read the history. */
  private expectations() {
    if (this.expected !== undefined) return this.expected
    const { plan, graph } = this.ledger
    const durations = expectedDurations(plan, this.history)
    this.expected = { durations, paths: remainingPaths(graph, durations, expectedBeyond(plan, this.history)) }
    return this.expected
  }

  private needOf(task: number): Need {
    const share = this.mayShare(task) ? this.brief.shareOf(this.stageOf(task)?.stageType ?? "") : 1
    const resources = this.resourcesOf(task)
    return this.capacity.need(share < 1 ? { ...resources, cpu: share } : resources, this.nextAttempts.get(task))
  }

  /** A task of one core in a thread that nobody waits for by the clock, and that holds nothing else. */
  private mayShare(task: number): boolean {
    const code = this.stageOf(task)?.code
    if (this.ledger.plan.tasks[task]?.timeout !== undefined || code?._tag !== "Bundle") return false
    const { cpu, gpu = 0, memory, tokens = {} } = this.resourcesOf(task)
    if (memory > 0 || bundleImportsPackages(code)) return false
    return cpu === 1 && gpu === 0 && Object.keys(tokens).length === 0
  }

  /**
   * What waits for the results on their way to the disk. Cores that were just freed are kept for what these make ready, if
   * that is more urgent: started now, a less urgent task would keep them for as long as it runs.
   */
  private reservedAgainst(task: number): ReadonlyArray<Need> {
    const own = this.urgency(task)
    const reserved: Array<Need> = []
    for (const { next, need } of this.computed.values()) if (next > own) reserved.push(need)
    return reserved
  }

  private resourcesOf(task: number): TaskResources {
    return this.ledger.plan.tasks[task]?.resources ?? { cpu: 1, memory: 0 }
  }

  private stageOf(task: number): PlanStage | undefined {
    return this.ledger.plan.stages[this.ledger.plan.tasks[task]?.stage ?? -1]
  }
}

/** Bytes of what an attempt made and that are in memory. */
const sizeOf = ({ outputs }: AttemptResult): number =>
  Object.values(outputs).reduce(
    (sum, files) => files.reduce((part, file) => part + ("bytes" in file ? file.bytes.byteLength : 0), sum),
    0
  )
