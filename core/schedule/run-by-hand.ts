/** Runs a schedule because somebody asks for it, now: like a tick, but no policy counts it and no daemon is needed. */
import { randomUUID } from "node:crypto"
import { Clock, Effect, Fiber } from "effect"
import { attemptSync } from "../store/durable.ts"
import { assessTick } from "./assess-tick.ts"
import { appendBeside } from "./compact-journal.ts"
import type { Schedule } from "./Schedule.ts"
import type { ScheduleEvent } from "./ScheduleEvent.ts"
import { placesIn, readJournal } from "./ScheduleJournal.ts"
import { foldSchedules } from "./ScheduleState.ts"
import { forget } from "./starts.ts"
import { type Launcher, TickProcess } from "./TickProcess.ts"
import { tellNotice } from "./tell-hook.ts"

/** Runs it before the eyes of whoever asks, has its hooks told, and returns how its process and the tick ended. */
export const runByHand = Effect.fn("schedule.run")(
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
    const telling = event.notices.map((notice) => Effect.flatMap(tellNotice(schedule, notice), (told) => write(told)))
    yield* Effect.all(telling, { concurrency: 4, discard: true })
    return { end, event }
  },
  Effect.scoped,
  // Whoever interrupts this interrupts the run; what came of that is written down and told all the same, by a fiber of its own.
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
