/** What will come, of all schedules together. */
import type { Instant, Schedule } from "./Schedule.ts"

export interface ComingTick {
  readonly schedule: Schedule
  readonly tick: Instant
}

/** The next ticks that start after an instant, the first first; fewer where fewer come. */
export const comingTicks = (
  schedules: ReadonlyArray<Schedule>,
  after: Instant,
  number: number
): ReadonlyArray<ComingTick> =>
  schedules
    .flatMap((schedule) => {
      const ticks: Array<ComingTick> = []
      for (let at = after - schedule.delay; ticks.length < number; ) {
        const tick = schedule.line.after(at)
        if (tick === undefined) break
        ticks.push({ schedule, tick })
        at = tick
      }
      return ticks
    })
    .sort((a, b) => a.tick + a.schedule.delay - b.tick - b.schedule.delay)
    .slice(0, number)
