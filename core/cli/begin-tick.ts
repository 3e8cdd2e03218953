/** What a run does first that a schedule has started: it begins its tick, or sees that it must not. */
import { Effect } from "effect"
import { announced, TICK_VARIABLE } from "../schedule/announced-tick.ts"
import { placesIn } from "../schedule/ScheduleJournal.ts"
import { begin } from "../schedule/starts.ts"
import { awaitOthers, sayWaiting } from "../store/await-others.ts"
import { attemptSync } from "../store/durable.ts"
import { cacheFolder } from "./Settings.ts"
import { UsageError } from "./UsageError.ts"

/** The id of the tick; `undefined` where none was announced. What this process starts is no tick. */
export const beginTick = Effect.gen(function* () {
  const tick = announced(process.env[TICK_VARIABLE])
  delete process.env[TICK_VARIABLE]
  if (tick === undefined) return undefined
  const { starts } = placesIn(cacheFolder())
  const attempt = attemptSync("begin a tick in", starts, () => begin(starts, tick.token))
  const hasBegun = yield* awaitOthers(attempt, sayWaiting("who looks at this tick"))
  if (hasBegun) return tick.tick
  return yield* new UsageError({ reason: `${tick.tick} was begun by another process, or given up` })
})
