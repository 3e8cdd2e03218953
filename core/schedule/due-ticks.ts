/** The ticks of a cron line within a span of time, however many there are. */
import type { CronLine } from "../document/CronLine.ts"
import type { Instant } from "./Schedule.ts"

/** Ticks that are looked at one by one. A line for each second has thirty million in a year, and each takes a tenth of a millisecond. */
const MOST = 2000

export interface DueTicks {
  /** Ticks that nobody has counted: all from the first to the last. */
  readonly skipped: { readonly first: Instant; readonly last: Instant } | undefined
  /** Those after them, in order. */
  readonly ticks: ReadonlyArray<Instant>
}

/** Ticks after an instant and up to another; at least the last `keep` of them one by one. */
export const dueTicks = (
  line: CronLine,
  { after, until, keep }: { readonly after: Instant; readonly until: Instant; readonly keep: number }
): DueTicks => {
  const ticks = ticksWithin(line, after, until)
  const [first] = ticks
  if (first === undefined || ticks.length < MOST) return { skipped: undefined, ticks }
  // Where there are some to keep, and not more than somebody can count: two ticks are a second apart at least.
  let [many, few] = [after, until]
  for (;;) {
    const middle = Math.floor((many + few) / 2)
    const late = ticksWithin(line, middle, until)
    if (late.length >= MOST) many = middle
    else if (late.length <= keep) few = middle
    else return { skipped: { first, last: middle }, ticks: late }
  }
}

/** At most so many that it does not take long. */
const ticksWithin = (line: CronLine, after: Instant, until: Instant): ReadonlyArray<Instant> => {
  const ticks: Array<Instant> = []
  for (let at = after; ticks.length < MOST; ) {
    const next = line.after(at)
    if (next === undefined || next > until) break
    ticks.push(next)
    at = next
  }
  return ticks
}
