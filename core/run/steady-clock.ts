/** A clock that tells the steady time. */
import { type Clock, Effect } from "effect"
import { steadyMillis, steadyTime } from "./steady-time.ts"

const steadyNanos = (): bigint => BigInt(Math.floor(steadyTime() * 1e6))

/** Puts the steady time in place of a clock's own. */
export const steady = (clock: Clock.Clock): Clock.Clock => ({
  currentTimeMillisUnsafe: steadyMillis,
  currentTimeMillis: Effect.sync(steadyMillis),
  currentTimeNanosUnsafe: steadyNanos,
  currentTimeNanos: Effect.sync(steadyNanos),
  monotonicTimeNanosUnsafe: () => clock.monotonicTimeNanosUnsafe(),
  monotonicTimeNanos: clock.monotonicTimeNanos,
  sleep: (duration) => clock.sleep(duration)
})
