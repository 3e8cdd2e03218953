/**
 * A month of a schedule, without processes, files or waiting: daemons that die at any instant, runs that outlive them, a clock that is
 * put forward and back, and a person who changes the file.
 */
import { decide } from "../../../core/schedule/decide.ts"
import { type Schedule, tickId } from "../../../core/schedule/Schedule.ts"
import type { OwnEvent } from "../../../core/schedule/ScheduleEvent.ts"
import { apply, foldSchedules, type ScheduleState } from "../../../core/schedule/ScheduleState.ts"
import type { Random } from "../../faults/Random.ts"

const MINUTE = 60_000
const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

/** A process that was started for a tick. */
interface Process {
  readonly tick: number
  readonly token: string
  /** True time at which it begins, if nobody has given its start up by then, and at which it ends. */
  readonly beginsAt: number
  endsAt: number
  state: "starting" | "running" | "over" | "given up"
}

/** An event with what held when it was written. */
export interface Written {
  readonly event: OwnEvent
  readonly schedule: Schedule
  /** Runs that the daemon knew to go on, and ticks that waited, just before. */
  readonly before: ScheduleState | undefined
  /** Number of the decision that it is part of. */
  readonly decision: number
}

export class SimulatedMonth {
  readonly journal: Array<Written> = []
  /** Ticks whose process has begun: each counts as run. */
  readonly begun: Array<number> = []
  schedule: Schedule
  crashes = 0
  jumps = 0
  private readonly random: Random
  private readonly choices: ReadonlyArray<Schedule>
  private readonly processes: Array<Process> = []
  /** What no clock of the machine's tells. */
  private time: number
  /** The machine's clock less the true time. */
  private offset = 0
  private decisions = 0
  private tokens = 0
  /** `undefined` while no daemon is there. */
  private memory: ScheduleState | "nothing" | undefined

  /** `choices` are what a person may put in the file; the first is there at first. */
  constructor(random: Random, choices: ReadonlyArray<Schedule>, start: number) {
    this.random = random
    this.choices = choices
    this.schedule = choices[0] as Schedule
    this.time = start
  }

  get now(): number {
    return this.time + this.offset
  }

  get state(): ScheduleState | undefined {
    return foldSchedules(this.journal.map(({ event }) => event)).get(this.schedule.id)
  }

  /** Lives until an instant; at the end a daemon is there, and has looked at everything twice. */
  liveUntil(end: number): void {
    const { random } = this
    while (this.time < end) {
      if (this.memory === undefined) this.takeOver()
      if (!this.look(random.isLucky(0.02))) continue
      this.disturb()
      this.pass(this.pause())
    }
    for (let look = 0; look < 2; look++) {
      if (this.memory === undefined) this.takeOver()
      this.look(false)
      this.pass(1000)
    }
  }

  private pause(): number {
    const { delay, line } = this.schedule
    const next = line.after(this.memory === "nothing" || this.memory === undefined ? this.now : this.memory.considered)
    const due = next === undefined ? MINUTE : next + delay - this.now
    // A busy machine wakes nobody in time; most minutes in which nothing comes are not worth looking at.
    const asleep = Math.max(0, Math.min(due, this.random.isLucky(0.1) ? MINUTE : 20 * MINUTE))
    return asleep + (this.random.isLucky(0.2) ? this.random.below(20_000) : this.random.below(50))
  }

  /** What happens to people, clocks and machines. */
  private disturb(): void {
    const { random } = this
    if (random.isLucky(0.004)) {
      this.jumps++
      this.offset += random.of([-2 * DAY, -3 * HOUR, -HOUR, -90_000, 90_000, HOUR, 5 * HOUR, 2 * DAY])
    }
    if (random.isLucky(0.003)) this.schedule = random.of(this.choices)
    if (random.isLucky(0.006)) {
      this.die()
      // A restart, a reboot, a night, a holiday.
      this.pass(random.of([1000, 5 * MINUTE, 9 * HOUR, 3 * DAY]))
    }
  }

  private die(): void {
    this.crashes++
    this.memory = undefined
  }

  /** Lets true time go by: processes begin and end. */
  private pass(millis: number): void {
    this.time += millis
    for (const process of this.processes) {
      if (process.state === "starting" && process.beginsAt <= this.time) {
        process.state = "running"
        this.begun.push(process.tick)
      }
      if (process.state === "running" && process.endsAt <= this.time) process.state = "over"
    }
  }

  /** Another daemon reads what was written. Half of the time the machine has lost its power, and every process. */
  private takeOver(): void {
    if (this.random.isLucky(0.5)) {
      for (const process of this.processes) {
        if (process.state === "running") process.state = "over"
        if (process.state === "starting") process.state = "given up"
      }
    }
    this.memory = this.state ?? "nothing"
  }

  /** One look; false where the daemon dies in the middle of it. */
  private look(isLast: boolean): boolean {
    this.lookAfterRuns()
    const before = this.memory === "nothing" ? undefined : this.memory
    const token = (): string => `token ${++this.tokens}`
    const decision = decide(this.schedule, before, { now: this.now, token })
    this.decisions++
    // Of one write, a crash leaves any first part.
    const written = isLast ? decision.events.slice(0, this.random.between(0, decision.events.length)) : decision.events
    this.write(written)
    for (const { tick, token: own } of decision.start) {
      const isWritten = written.some((event) => event._tag === "Started" && event.token === own)
      const isStarted = written.length === decision.events.length && !(isLast && this.random.isLucky(0.5))
      if (isWritten && isStarted) this.start(tick, own)
    }
    if (isLast) {
      this.die()
      return false
    }
    for (const tick of decision.interrupt) {
      const process = this.processes.find((one) => one.tick === tick && one.state !== "over")
      if (process !== undefined) process.endsAt = Math.min(process.endsAt, this.time + this.random.below(50_000))
    }
    return true
  }

  private start(tick: number, token: string): void {
    const beginsAt = this.time + this.random.below(500)
    // Some take longer than it is until the next.
    const lasts = this.random.isLucky(0.2) ? this.random.between(HOUR, 5 * HOUR) : this.random.below(10 * MINUTE)
    this.processes.push({ tick, token, beginsAt, endsAt: beginsAt + lasts, state: "starting" })
  }

  /** As the daemon does: what has ended is written down, and what never began is given up. */
  private lookAfterRuns(): void {
    const running = this.memory === "nothing" ? [] : (this.memory?.running ?? [])
    for (const { tick, token } of running) {
      const process = this.processes.find((one) => one.token === token)
      const head = { at: this.now, schedule: this.schedule.id, tick }
      if (process?.state === "over") this.write([{ _tag: "Ended", ...head, outcome: "success" }])
      else if (process === undefined || process.state === "given up") this.write([{ _tag: "Unbegun", ...head }])
    }
  }

  private write(events: ReadonlyArray<OwnEvent>): void {
    for (const event of events) {
      const before = this.memory === "nothing" ? undefined : this.memory
      this.journal.push({ event, schedule: this.schedule, before, decision: this.decisions })
      this.memory = apply(before, event)
    }
  }

  /** For the message of a failure. */
  story(tick: number): string {
    const about = this.journal.filter(({ event }) =>
      event._tag === "Passed" ? event.first <= tick && tick <= event.last : "tick" in event && event.tick === tick
    )
    return `${tickId(this.schedule.id, tick)}: ${about.map(({ event }) => JSON.stringify(event)).join("\n")}`
  }
}
