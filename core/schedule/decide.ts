/** What is to be done about a schedule at an instant: a pure function of its state and the clock. */
import { dueTicks } from "./due-ticks.ts"
import { type Instant, type Schedule, signatureOf } from "./Schedule.ts"
import type { OwnEvent, PassReason, WaitReason } from "./ScheduleEvent.ts"
import { apply, type ScheduleState } from "./ScheduleState.ts"

/**
 * Milliseconds that a start may be late and still count as in time: the daemon looks once a minute at least, on a machine that
 * may be busy.
 */
export const PUNCTUAL = 120_000

/** What a decision depends on besides the schedule. */
export interface Moment {
  readonly now: Instant
  /** The last tick that has come counts as in time however late it is: for who looks now and then. */
  readonly isVisit?: boolean
  /** Makes what a process needs to begin a run. */
  readonly token: () => string
}

export interface Decision {
  /** To be durable, in this order, before anything is started; any first part of them may be all that a crash leaves. */
  readonly events: ReadonlyArray<OwnEvent>
  readonly state: ScheduleState
  /** Ticks whose runs are to be started. */
  readonly start: ReadonlyArray<{ readonly tick: Instant; readonly token: string }>
  /** Ticks whose runs are to be interrupted. */
  readonly interrupt: ReadonlyArray<Instant>
}

/** Decides what becomes of the ticks that have come, and of those that wait. */
export const decide = (schedule: Schedule, state: ScheduleState | undefined, moment: Moment): Decision =>
  new Deliberation(schedule, state, moment).decision()

class Deliberation {
  private readonly schedule: Schedule
  private readonly moment: Moment
  private readonly events: Array<OwnEvent> = []
  private readonly started: Array<{ readonly tick: Instant; readonly token: string }> = []
  private readonly interrupted = new Set<Instant>()
  private state: ScheduleState

  constructor(schedule: Schedule, state: ScheduleState | undefined, moment: Moment) {
    this.schedule = schedule
    this.moment = moment
    this.state = this.adopted(state)
  }

  decision(): Decision {
    const punctual = this.takeDue()
    this.trimMissed(punctual.length > 0)
    for (const tick of punctual) this.takePunctual(tick)
    this.takeWaiting()
    const { events, interrupted, started, state } = this
    return { events, state, start: started, interrupt: [...interrupted] }
  }

  /** A schedule that is new here, or has another line or zone, begins now; what waited under the old one is not caught up. */
  private adopted(state: ScheduleState | undefined): ScheduleState {
    const { file } = this.schedule
    const signature = signatureOf(this.schedule)
    if (state?.signature === signature && state.file === file) return state
    // Where the clock has gone back, ticks up to the last one may have run under the old line too.
    const isSame = state?.signature === signature
    const considered = isSame ? state.considered : Math.max(this.moment.now, state?.considered ?? this.moment.now)
    const adoption = { _tag: "Adopted", ...this.head, file, signature, considered } as const
    this.events.push(adoption)
    this.state = apply(state, adoption)
    if (!isSame) for (const { tick } of this.state.queue) this.pass("changed", tick)
    return this.state
  }

  /** Passes what is too late or missed, has what is to be caught up wait, and returns what is in time; oldest first. */
  private takeDue(): ReadonlyArray<Instant> {
    const { delay, line } = this.schedule
    const { now, isVisit = false } = this.moment
    const { skipped, ticks } = dueTicks(line, { after: this.state.considered, until: now - delay, keep: this.mostKept })
    if (skipped !== undefined) this.record({ _tag: "Passed", ...this.head, reason: "missed", ...skipped })
    const isPunctual = (tick: Instant, index: number): boolean =>
      this.lateness(tick) <= PUNCTUAL || (isVisit && index === ticks.length - 1)
    const tooLate = ticks.filter((tick) => this.isTooLate(tick))
    const rest = ticks.slice(tooLate.length)
    const punctual = rest.filter((tick, index) => isPunctual(tick, tooLate.length + index))
    const missed = rest.slice(0, rest.length - punctual.length)
    const caughtUp = missed.slice(Math.max(0, missed.length - this.mostMissed))
    this.passAll("too late", tooLate)
    this.passAll("missed", missed.slice(0, missed.length - caughtUp.length))
    for (const tick of caughtUp) this.queue(tick, "missed")
    return punctual
  }

  /** Of the missed ticks that wait, no more stay than the schedule asks for; `latest` is the tick that has just come, if one has. */
  private trimMissed(isNewerThere: boolean): void {
    const { queue, running } = this.state
    const isLatestThere = isNewerThere && running.length === 0 && this.schedule.missed === "latest"
    const missed = queue.filter(({ tick, why }) => why === "missed" || this.isLeftBehind(tick))
    const kept = isLatestThere ? 0 : this.mostMissed
    for (const { tick } of missed.slice(0, Math.max(0, missed.length - kept))) this.pass("missed", tick)
  }

  /** What waits for the end of a run waits a minute; where it is longer, nobody was there, or the clock was put forward. */
  private isLeftBehind(tick: Instant): boolean {
    return this.moment.isVisit !== true && this.lateness(tick) > PUNCTUAL
  }

  private takePunctual(tick: Instant): void {
    const { queue, running } = this.state
    const isBusy = running.length > 0
    switch (this.schedule.overlap) {
      case "allow":
        this.start(tick)
        break
      case "forbid":
        if (isBusy || queue.length > 0) this.pass("overlap", tick)
        else this.start(tick)
        break
      case "replace":
        for (const waiting of queue) this.pass("replaced", waiting.tick)
        if (isBusy) this.queue(tick, "replacing")
        else this.start(tick)
    }
  }

  /** Starts what waits, as far as it may. */
  private takeWaiting(): void {
    for (const { tick, why } of this.state.queue) {
      const { running } = this.state
      // It had come, and then the clock was put back.
      if (this.lateness(tick) < 0) continue
      if (this.isTooLate(tick)) this.pass("too late", tick)
      else if (running.length === 0 || this.schedule.overlap === "allow") this.start(tick)
      else if (why === "replacing") for (const run of running) this.interrupted.add(run.tick)
    }
  }

  private start(tick: Instant): void {
    const token = this.moment.token()
    this.record({ _tag: "Started", ...this.head, tick, token })
    this.started.push({ tick, token })
  }

  private queue(tick: Instant, why: WaitReason): void {
    this.record({ _tag: "Queued", ...this.head, tick, why })
  }

  private pass(reason: PassReason, tick: Instant): void {
    this.passAll(reason, [tick])
  }

  private passAll(reason: PassReason, ticks: ReadonlyArray<Instant>): void {
    const [first, last] = [ticks[0], ticks.at(-1)]
    if (first === undefined || last === undefined) return
    this.record({ _tag: "Passed", ...this.head, reason, first, last, count: ticks.length })
  }

  private record(event: OwnEvent): void {
    this.events.push(event)
    this.state = apply(this.state, event)
  }

  private get head() {
    return { at: this.moment.now, schedule: this.schedule.id }
  }

  /** How many missed ticks run at most. */
  private get mostMissed(): number {
    const { maxCatchUp, missed } = this.schedule
    return missed === "skip" ? 0 : missed === "latest" ? 1 : maxCatchUp
  }

  private get mostKept(): number {
    return Math.max(1, this.mostMissed)
  }

  private lateness(tick: Instant): number {
    return this.moment.now - tick - this.schedule.delay
  }

  private isTooLate(tick: Instant): boolean {
    return this.lateness(tick) > (this.schedule.startingDeadline ?? Number.POSITIVE_INFINITY)
  }
}
