/** Runs a schedule because somebody asks for it, now: like a tick, but no policy counts it and no daemon is needed. */
import { randomUUID } from "node:crypto"
import { Clock, Effect, Fiber } from "effect"
import { attempt, attemptSync, makeFolder } from "../store/durable.ts"
import { assessTick } from "./assess-tick.ts"
import { appendBeside } from "./compact-journal.ts"
import { isLed } from "./Lead.ts"
import type { Notice } from "./Notice.ts"
import { isBeingTold, openNotices } from "./open-notices.ts"
import type { Schedule } from "./Schedule.ts"
import type { ScheduleEvent } from "./ScheduleEvent.ts"
import { placesIn, readJournal } from "./ScheduleJournal.ts"
import { foldSchedules } from "./ScheduleState.ts"
import { forget, hold } from "./starts.ts"
import { type Launcher, TickProcess } from "./TickProcess.ts"
import { notifiedBy, quick, type Telling, tellNotice } from "./tell-hook.ts"

/** A notice, and what came of telling it. */
export interface Told {
  readonly notice: Notice
  readonly telling: Telling
}

/**
 * Runs it before the eyes of whoever asks, has its hooks told, and returns how its process and the tick ended. What a hook does not
 * take is left open: for the next run of the schedule, or the next daemon.
 */
export const runByHand = Effect.fn("schedule.run")(function* (
  schedule: Schedule,
  options: { readonly launcher: Launcher; readonly store: string }
) {
  const before = yield* leftOpen(schedule, options.store)
  const teller = yield* holdTeller(options.store)
  const ran = yield* runTick(schedule, teller, options)
  const own = ran.event.notices.map((notice) => ({ notice, isLast: false }))
  const told = yield* Effect.forEach(
    [...before.map((notice) => ({ notice, isLast: true })), ...own],
    ({ isLast, notice }) => tell(schedule, notice, isLast, options.store),
    { concurrency: 4 }
  )
  return { ...ran, told }
}, Effect.scoped)

/** By what others see that this process lives, and leave the notices of its run to it. */
const holdTeller = Effect.fnUntraced(function* (store: string) {
  const { starts } = placesIn(store)
  const teller = randomUUID()
  yield* attempt("create", starts, () => makeFolder(starts))
  yield* Effect.acquireRelease(
    attemptSync("write into", starts, () => hold(starts, teller)),
    (release) => Effect.sync(release)
  )
  return teller
})

/** What earlier runs by hand could not tell; nothing where a daemon or they may be telling it. */
const leftOpen = Effect.fnUntraced(function* ({ id }: Schedule, store: string) {
  const { lock } = placesIn(store)
  if (yield* attemptSync("look at", lock, () => isLed(lock))) return []
  const open = openNotices((yield* readJournal(store)).events)
  return yield* attemptSync("look at", lock, () =>
    [...open.values()].filter((one) => one.schedule === id && !isBeingTold(store, one)).map(({ notice }) => notice)
  )
})

const tell = Effect.fnUntraced(function* (schedule: Schedule, notice: Notice, isLast: boolean, store: string) {
  const telling = yield* tellNotice(schedule, notice, quick(isLast))
  const at = yield* Clock.currentTimeMillis
  yield* appendBeside(store, notifiedBy(telling, { notice, schedule: schedule.id }, at))
  return { notice, telling } satisfies Told
})

const runTick = Effect.fnUntraced(
  function* (
    schedule: Schedule,
    teller: string,
    { launcher, store }: { readonly launcher: Launcher; readonly store: string }
  ) {
    const { starts } = placesIn(store)
    const before = foldSchedules((yield* readJournal(store)).events).get(schedule.id)?.last
    const startedAt = yield* Clock.currentTimeMillis
    const start = { tick: startedAt, token: randomUUID() }
    const write = (event: ScheduleEvent) => appendBeside(store, [event])
    yield* write({ _tag: "Started", at: startedAt, schedule: schedule.id, ...start, byHand: true })
    const run = TickProcess.startVisibly(schedule, start, launcher)
    const end = yield* untilEnded(run)
    yield* Effect.ignore(attemptSync("remove", starts, () => forget(starts, start.token)))
    const endedAt = yield* Clock.currentTimeMillis
    const ended = { tick: start.tick, startedAt, endedAt, before, isReplaced: false, end }
    const event = yield* assessTick(schedule, ended)
    yield* write({ ...event, byHand: true, teller })
    return { end, event }
  },
  Effect.scoped,
  // Whoever interrupts this interrupts the run; what came of that is written down all the same, by a fiber of its own.
  (work) => Effect.uninterruptible(Effect.flatMap(Effect.forkDetach(work), Fiber.join))
)

/** Passes on what asks this process to end. */
const untilEnded = (run: TickProcess) =>
  Effect.acquireUseRelease(
    Effect.sync(() => {
      const pass = (): void => run.signal("SIGINT")
      process.on("SIGINT", pass)
      process.on("SIGTERM", pass)
      return pass
    }),
    () => run.ended,
    (pass) =>
      Effect.sync(() => {
        process.off("SIGINT", pass)
        process.off("SIGTERM", pass)
      })
  )
