/** Runs a schedule because somebody asks for it, now: like a tick, but no policy counts it and no daemon is needed. */
import { randomUUID } from "node:crypto"
import { Clock, Effect, Fiber } from "effect"
import { attemptSync } from "../store/durable.ts"
import { assessTick } from "./assess-tick.ts"
import { appendBeside } from "./compact-journal.ts"
import { isLed } from "./Lead.ts"
import type { Notice } from "./Notice.ts"
import { openNotices } from "./open-notices.ts"
import type { Schedule } from "./Schedule.ts"
import type { ScheduleEvent } from "./ScheduleEvent.ts"
import { placesIn, readJournal } from "./ScheduleJournal.ts"
import { foldSchedules } from "./ScheduleState.ts"
import { forget } from "./starts.ts"
import { type Launcher, TickProcess } from "./TickProcess.ts"
import { notifiedBy, type Persistence, type Telling, tellNotice } from "./tell-hook.ts"

/** Whoever waits for it has the hooks told at once, or leaves it to others. */
const QUICK = { attempts: 2, onRefusal: () => undefined }

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
  const ran = yield* runTick(schedule, options)
  const own = ran.event.notices.map((notice) => ({ notice, atLast: "put off" }) as const)
  const told = yield* Effect.forEach(
    [...before.map((notice) => ({ notice, atLast: "given up" }) as const), ...own],
    ({ atLast, notice }) => tell(schedule, notice, atLast, options.store),
    { concurrency: 4 }
  )
  return { ...ran, told }
})

/** What earlier runs by hand could not tell; nothing where a daemon may be telling it. */
const leftOpen = Effect.fnUntraced(function* ({ id }: Schedule, store: string) {
  const { lock } = placesIn(store)
  if (yield* attemptSync("look at", lock, () => isLed(lock))) return []
  const open = openNotices((yield* readJournal(store)).events)
  return [...open.values()].flatMap(({ notice, schedule }) => (schedule === id ? [notice] : []))
})

const tell = Effect.fnUntraced(function* (
  schedule: Schedule,
  notice: Notice,
  atLast: Persistence["atLast"],
  store: string
) {
  const telling = yield* tellNotice(schedule, notice, { ...QUICK, atLast })
  const at = yield* Clock.currentTimeMillis
  yield* appendBeside(store, notifiedBy(telling, { notice, schedule: schedule.id }, at))
  return { notice, telling } satisfies Told
})

const runTick = Effect.fnUntraced(
  function* (schedule: Schedule, { launcher, store }: { readonly launcher: Launcher; readonly store: string }) {
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
    yield* write({ ...event, byHand: true })
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
