/** The daemon: starts runs when their time has come, looks after them, and has hooks told what came of them. */
import { randomUUID } from "node:crypto"
import { hostname } from "node:os"
import { Clock, Effect, Queue } from "effect"
import { countText } from "../document/quantities.ts"
import { attemptSync } from "../store/durable.ts"
import { Desk, type ServeOptions } from "./Desk.ts"
import { decide } from "./decide.ts"
import { HookKeeper } from "./HookKeeper.ts"
import { unsetSecrets } from "./hook-variables.ts"
import { type Lead, takeLead } from "./Lead.ts"
import { RunKeeper } from "./RunKeeper.ts"
import type { Instant, Schedule } from "./Schedule.ts"
import { placesIn } from "./ScheduleJournal.ts"
import { ScheduleLedger } from "./ScheduleLedger.ts"
import { sweepStarts } from "./starts.ts"

/** Milliseconds after which the clock and the files are looked at again, whatever there is to wait for. */
const LONGEST_SLEEP = 60_000

/** By how much the last tick may lie ahead before somebody has to be told. */
const AHEAD = 3_600_000

const NOTHING = "no file has a schedule: waiting until one has"

/** What came of serving: of a visit, whether all could be done that was to be done, or that another serves already. */
export type Served = "done" | "hindered" | "led by another"

/**
 * Serves schedules as long as nothing interrupts it; waits first while another process does. Interrupted, it has its runs end,
 * and ends when they have.
 */
export const serve = Effect.fn("schedule.serve")(function* (options: ServeOptions) {
  const { say, store } = options
  const { folder, journal, lock, starts } = placesIn(store)
  const lead = yield* takeLead(lock, {
    isPatient: !options.isVisit,
    onWait: Effect.sync(() =>
      say({ weight: "info", text: "another process serves the schedules of this store: waiting" })
    )
  })
  if (lead === undefined) return "led by another" satisfies Served
  const ledger = yield* ScheduleLedger.open(store)
  const lost = `${countText(ledger.unread, "line")} of ${journal} cannot be read: what they told has been forgotten`
  if (ledger.unread > 0) say({ weight: "warning", text: lost })
  const desk = new Desk(options, ledger, yield* Queue.sliding<void>(1))
  const now = yield* Clock.currentTimeMillis
  yield* attemptSync("write to", folder, () => ledger.serving({ at: now, pid: process.pid, host: hostname() }))
  const open = new Set([...ledger.states.values()].flatMap(({ running }) => running.map(({ token }) => token)))
  yield* attemptSync("clean", starts, () => sweepStarts(starts, now, (token) => open.has(token)))
  return yield* new ScheduleDaemon(desk, lead).serve
}, Effect.scoped)

class ScheduleDaemon {
  private readonly desk: Desk
  private readonly lead: Lead
  private readonly runs: RunKeeper
  private readonly hooks: HookKeeper
  /** It has looked at everything once. */
  private hasLooked = false

  constructor(desk: Desk, lead: Lead) {
    this.desk = desk
    this.lead = lead
    this.runs = new RunKeeper(desk)
    this.hooks = new HookKeeper(desk)
  }

  get serve() {
    return Effect.onExit(this.loop, () => Effect.andThen(this.hooks.end, this.runs.end))
  }

  private get loop() {
    const { isVisit, store } = this.desk.options
    return Effect.gen({ self: this }, function* () {
      for (;;) {
        yield* attemptSync("go on in", store, () => this.ensure())
        const isSound = yield* this.lookAround
        const isDone = this.runs.isIdle && (this.hooks.isIdle || !isSound)
        if (isVisit && isDone) return (isSound ? "done" : "hindered") satisfies Served
        const now = yield* Clock.currentTimeMillis
        yield* this.desk.sleep(isSound && !this.isLeaving ? this.pauseFrom(now) : LONGEST_SLEEP)
      }
    })
  }

  /** Throws where another may serve the store by now, or nobody would know what this one does. */
  private ensure(): void {
    this.lead.ensure()
    this.desk.ledger.ensure()
  }

  /** A visit goes on as long as a run does: what comes when none does is for the next one, or it might never end. */
  private get isLeaving(): boolean {
    return this.desk.options.isVisit && this.hasLooked && this.runs.isIdle
  }

  /** One look at everything; false where the disk has refused something, which is said. */
  private get lookAround() {
    const { desk } = this
    return Effect.match(this.look, {
      onFailure: ({ message }) => {
        desk.sayOnce("disk", { weight: "error", text: `${message}; nothing is started until that is mended` })
        return false
      },
      onSuccess: () => {
        desk.sayOnce("disk", undefined)
        return true
      }
    })
  }

  private get look() {
    const { ledger, options } = this.desk
    return Effect.gen({ self: this }, function* () {
      yield* ledger.settle
      for (const { file, message } of options.files.refresh())
        options.say({ weight: "error", text: `${file}  ${message}` })
      for (const { file, message } of options.files.clashes)
        this.desk.sayOnce(`clash ${file}`, { weight: "warning", text: `${file}  ${message}` })
      this.sayWhat()
      for (const schedule of options.files.schedules) this.sayOfSecrets(schedule)
      const now = yield* Clock.currentTimeMillis
      yield* this.drop(now)
      yield* this.runs.adopt()
      const { isLeaving } = this
      const isOpen = ({ id }: Schedule): boolean => !isLeaving || (ledger.states.get(id)?.queue.length ?? 0) > 0
      for (const schedule of options.files.schedules.filter(isOpen)) yield* this.consider(schedule, now)
      this.hasLooked = true
      yield* this.hooks.tellAll()
    })
  }

  /** How many schedules there are, at first and when that changes. */
  private sayWhat(): void {
    const { length } = this.desk.options.files.schedules
    const text = `serving ${countText(length, "schedule")}`
    this.desk.sayOnce("what", length === 0 ? { weight: "warning", text: NOTHING } : { weight: "info", text })
  }

  /** Which hooks cannot be told: better known before there is something to tell. */
  private sayOfSecrets({ hooks, id }: Schedule): void {
    const unset = new Set(hooks.flatMap(({ target }) => unsetSecrets(target, process.env)))
    const text = `${id}  hooks cannot be told: not set here: ${[...unset].join(", ")}`
    this.desk.sayOnce(`secrets ${id}`, unset.size === 0 ? undefined : { weight: "warning", text })
  }

  /** Schedules that their files no longer have. */
  private drop(at: Instant) {
    const { ledger, options } = this.desk
    const served = new Set(options.files.schedules.map(({ id }) => id))
    const gone = [...ledger.states].filter(
      ([id, { file, signature }]) => signature !== undefined && !served.has(id) && options.files.isKnown(file)
    )
    return this.desk.record(gone.map(([schedule]) => ({ _tag: "Dropped", at, schedule })))
  }

  /** Decides about a schedule, writes that down, and only then does it. */
  private consider(schedule: Schedule, now: Instant) {
    const state = this.desk.ledger.states.get(schedule.id)
    const { isVisit } = this.desk.options
    this.sayOfClock(schedule, state?.considered ?? now, now)
    const { events, interrupt, start } = decide(schedule, state, { now, isVisit, token: randomUUID })
    return Effect.gen({ self: this }, function* () {
      yield* this.desk.record(events)
      for (const tick of interrupt) yield* this.runs.replace(schedule.id, tick)
      for (const begun of start) yield* this.runs.start(schedule, { ...begun, startedAt: now })
    })
  }

  /** Nothing comes twice: whoever had a clock that was ahead has to know why nothing comes at all. */
  private sayOfClock({ id }: Schedule, considered: Instant, now: Instant): void {
    const until = new Date(considered).toISOString()
    const text = `${id}  the clock was ahead once, and its times up to ${until} have been: nothing runs before that, unless it gets another name`
    this.desk.sayOnce(`clock ${id}`, considered - now < AHEAD ? undefined : { weight: "warning", text })
  }

  /** Milliseconds to the next tick, as far as one comes within a minute. */
  private pauseFrom(now: Instant): number {
    const { ledger, options } = this.desk
    const next = options.files.schedules.map(({ delay, id, line }) => {
      const tick = line.after(ledger.states.get(id)?.considered ?? now)
      return tick === undefined ? Number.POSITIVE_INFINITY : tick + delay - now
    })
    return Math.max(0, Math.min(LONGEST_SLEEP, ...next))
  }
}
