/** Looks after the runs of ticks: its own, and those that an earlier daemon has started. */
import { Clock, Effect, Fiber } from "effect"
import { messageOf } from "../document/message-of.ts"
import { reach } from "../fault/hooks.ts"
import { attemptSync } from "../store/durable.ts"
import type { StoreTooNew, StoreUnavailable } from "../store/StoreError.ts"
import { assessTick, type ToldSchedule } from "./assess-tick.ts"
import type { Desk } from "./Desk.ts"
import { type Instant, type Schedule, tickId } from "./Schedule.ts"
import type { OwnEvent } from "./ScheduleEvent.ts"
import type { RunningTick } from "./ScheduleState.ts"
import { forget, type Look, look } from "./starts.ts"
import { type ProcessEnd, TickProcess } from "./TickProcess.ts"

/** Milliseconds between two looks at a run that somebody else has started. */
const LOOK_AGAIN = 1000

/** Milliseconds that a run has to end when it is asked to. */
const GRACE = 60_000

type Signal = "SIGINT" | "SIGKILL"

interface OpenRun {
  readonly signal: (name: Signal) => void
  isReplaced: boolean
}

/** How a run has ended: nobody has seen that of an adopted one, and one that never began has no end. */
type RunEnd = { readonly _tag: "Ended"; readonly end: ProcessEnd | undefined } | { readonly _tag: "Unbegun" }

export class RunKeeper {
  private readonly desk: Desk
  private readonly runs = new Map<string, OpenRun>()
  private readonly fibers = new Set<Fiber.Fiber<void>>()

  constructor(desk: Desk) {
    this.desk = desk
  }

  get isIdle(): boolean {
    return this.runs.size === 0
  }

  /** Starts the run of a tick that has been written down as started. */
  start(schedule: Schedule, running: RunningTick): Effect.Effect<void> {
    const { options, places } = this.desk
    return Effect.gen({ self: this }, function* () {
      const started = yield* Effect.result(
        TickProcess.start(schedule, running, { launcher: options.launcher, logs: places.logs })
      )
      reach("tick.spawned")
      const ended =
        started._tag === "Success"
          ? started.success.ended
          : Effect.succeed({ status: null, signal: null, words: started.failure.message })
      const signal = (name: Signal): void => {
        if (started._tag === "Success") started.success.signal(name)
      }
      yield* this.follow(
        schedule.id,
        running,
        signal,
        Effect.map(ended, (end): RunEnd => ({ _tag: "Ended", end }))
      )
    })
  }

  /** Looks after runs that an earlier daemon has started, or was about to. */
  adopt(): Effect.Effect<void, StoreUnavailable> {
    const { ledger } = this.desk
    const ours = [...ledger.states].filter(([id]) => this.desk.isOurs(id))
    const open = ours.flatMap(([id, { running }]) => running.map((one) => ({ id, one })))
    const unknown = open.filter(({ id, one }) => !this.runs.has(tickId(id, one.tick)))
    return Effect.forEach(unknown, ({ id, one }) => this.adoptOne(id, one), { discard: true })
  }

  private adoptOne(id: string, one: RunningTick) {
    return Effect.gen({ self: this }, function* () {
      const { options } = this.desk
      const found = yield* this.lookAt(one.token)
      if (found._tag === "Alive")
        options.say({ weight: "info", text: `${tickId(id, one.tick)}  goes on, started by an earlier daemon` })
      const signal = (name: Signal): void => signalTo(this.desk.places.starts, one.token, name)
      yield* this.follow(id, one, signal, this.awaitOther(one.token))
    })
  }

  private lookAt(token: string): Effect.Effect<Look, StoreUnavailable> {
    const { starts } = this.desk.places
    return attemptSync("look after a run in", starts, () => look(starts, token))
  }

  /** Done when a process that is no child of this one has ended, or has been found never to have begun. */
  private awaitOther(token: string): Effect.Effect<RunEnd> {
    return Effect.gen({ self: this }, function* () {
      for (;;) {
        const found = yield* Effect.result(this.lookAt(token))
        if (found._tag === "Success" && found.success._tag === "Over")
          return { _tag: "Ended", end: undefined } satisfies RunEnd
        if (found._tag === "Success" && found.success._tag === "GivenUp") return { _tag: "Unbegun" } satisfies RunEnd
        yield* Effect.sleep(LOOK_AGAIN)
      }
    })
  }

  private follow(id: string, running: RunningTick, signal: OpenRun["signal"], over: Effect.Effect<RunEnd>) {
    const key = tickId(id, running.tick)
    const run: OpenRun = { signal, isReplaced: false }
    this.runs.set(key, run)
    const followed = Effect.gen({ self: this }, function* () {
      const end = yield* over
      yield* this.desk.recordAtLast(
        Effect.map(
          Effect.suspend(() => this.eventOf(id, running, run, end)),
          (event) => [event]
        )
      )
      const { starts } = this.desk.places
      if (end._tag === "Ended") yield* Effect.ignore(attemptSync("remove", starts, () => forget(starts, running.token)))
      this.runs.delete(key)
      this.desk.wake()
    })
    return Effect.map(Effect.forkDetach(followed), (fiber) => {
      this.fibers.add(fiber)
      fiber.addObserver(() => this.fibers.delete(fiber))
    })
  }

  private eventOf(
    id: string,
    { startedAt, tick }: RunningTick,
    { isReplaced }: OpenRun,
    over: RunEnd
  ): Effect.Effect<OwnEvent, StoreUnavailable | StoreTooNew> {
    return Effect.gen({ self: this }, function* () {
      const at = yield* Clock.currentTimeMillis
      if (over._tag === "Unbegun") return { _tag: "Unbegun", at, schedule: id, tick } satisfies OwnEvent
      const { ledger } = this.desk
      const before = ledger.states.get(id)?.last
      const schedule = this.desk.scheduleOf(id) ?? goneSchedule(id, ledger.states.get(id)?.file ?? "")
      const ended = { tick, startedAt, endedAt: at, before, isReplaced, end: over.end }
      return yield* Effect.catchDefect(
        Effect.provide(assessTick(schedule, ended), this.desk.options.history),
        // What a run has left may be damaged in ways that nobody has thought of: it has ended all the same.
        (defect) =>
          Effect.succeed({ _tag: "Ended", at, schedule: id, tick, outcome: "lost", detail: messageOf(defect) } as const)
      )
    })
  }

  /** Ends a run for a later one. */
  replace(id: string, tick: Instant): Effect.Effect<void> {
    return Effect.sync(() => {
      const run = this.runs.get(tickId(id, tick))
      if (run === undefined || run.isReplaced) return
      run.isReplaced = true
      run.signal("SIGINT")
      const kill = (): void => {
        if (this.runs.get(tickId(id, tick)) === run) run.signal("SIGKILL")
      }
      setTimeout(kill, GRACE).unref()
    })
  }

  /** Ends all runs, and waits until that has been written down; what they have finished is kept. */
  readonly end = Effect.suspend(() => {
    const signalAll = (name: Signal) =>
      Effect.sync(() => {
        for (const run of this.runs.values()) run.signal(name)
      })
    const within = (millis: number) => Effect.raceFirst(Fiber.awaitAll([...this.fibers]), Effect.sleep(millis))
    if (this.isIdle) return Effect.void
    this.desk.options.say({ weight: "info", text: `ending ${this.runs.size} of its runs` })
    return Effect.andThen(
      Effect.andThen(signalAll("SIGINT"), within(GRACE)),
      Effect.andThen(signalAll("SIGKILL"), within(LOOK_AGAIN))
    )
  })
}

/** One that is no longer in its file: nobody is told of its end. */
const goneSchedule = (id: string, file: string): ToldSchedule => ({
  ...{ id, file, cron: "", timeZone: "", hooks: [] },
  pipeline: id.split("/")[0] ?? id
})

/** Where it lives, by its number: others may have that when it has gone. */
const signalTo = (starts: string, token: string, name: Signal): void => {
  try {
    const found = look(starts, token)
    if (found._tag === "Alive" && found.pid !== undefined) process.kill(found.pid, name)
  } catch {
    // It has ended, or nobody can see it.
  }
}
