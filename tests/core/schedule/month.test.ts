import { Result } from "effect"
import { assert, describe, it } from "vitest"
import type { CronLine } from "../../../core/document/CronLine.ts"
import { parseCron } from "../../../core/document/CronLine.ts"
import { PUNCTUAL } from "../../../core/schedule/decide.ts"
import type { Schedule } from "../../../core/schedule/Schedule.ts"
import { Random } from "../../faults/Random.ts"
import { NAIVE_LINES, type NaiveLine, naiveTicks } from "./naive-ticks.ts"
import { DAY, SimulatedMonth, type Written } from "./SimulatedMonth.ts"

/** Months in which clocks change, with room for clocks that are put forward and back. */
const STARTS = [Date.UTC(2026, 2, 4), Date.UTC(2026, 9, 8)]
const LENGTH = 30 * DAY
const MARGIN = 20 * DAY

const ZONES = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC"]

/** Ticks by line and zone: of all months, in order. */
const known = new Map<string, ReadonlyArray<number>>()

const ticksOf = (line: NaiveLine, zone: string): ReadonlyArray<number> => {
  const key = `${line.cron} ${zone}`
  const found =
    known.get(key) ?? STARTS.flatMap((start) => naiveTicks(line, zone, start - MARGIN, start + LENGTH + MARGIN))
  known.set(key, found)
  return found
}

/** The same from the naive ticks: croner takes a tenth of a millisecond for each, and there are millions. */
const lineOf = (ticks: ReadonlyArray<number>): CronLine => ({
  after: (instant) => {
    let [low, high] = [0, ticks.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((ticks[middle] ?? 0) <= instant) low = middle + 1
      else high = middle
    }
    return ticks[low]
  }
})

const randomSchedule = (random: Random, fixed?: Pick<Schedule, "missed" | "overlap">): Schedule => {
  const line = random.of(NAIVE_LINES)
  const timeZone = random.of(ZONES)
  return {
    ...{
      id: "p/s",
      pipeline: "p",
      file: "/p.yaml",
      stages: [],
      profile: undefined,
      params: {},
      recompute: "none",
      hooks: []
    },
    ...{ cron: line.cron, timeZone, line: lineOf(ticksOf(line, timeZone)) },
    missed: fixed?.missed ?? random.of(["skip", "latest", "all"]),
    overlap: fixed?.overlap ?? random.of(["forbid", "allow", "replace"]),
    maxCatchUp: random.between(1, 4),
    startingDeadline: random.isLucky(0.5) ? undefined : random.of([600_000, 3_600_000, 12 * 3_600_000]),
    jitter: 0,
    delay: random.of([0, 0, 37_000, 1_500_000])
  }
}

/** What every journal has to satisfy; each complaint names a tick. */
const complaintsOf = (month: SimulatedMonth): ReadonlyArray<string> => [
  ...accounting(month),
  ...month.journal.flatMap((written, index) => policyFault(written, index, month))
]

/** Every tick between the adoption of a line and what was looked at last has one fate, and nothing else has any. */
const accounting = (month: SimulatedMonth): ReadonlyArray<string> => {
  const wrong: Array<string> = []
  const fates = new Map<number, number>()
  const add = (tick: number, by: number): void => void fates.set(tick, (fates.get(tick) ?? 0) + by)
  const expected = new Set<number>()
  let ticks: ReadonlyArray<number> = []
  let considered = Number.POSITIVE_INFINITY
  const within = (first: number, last: number) => ticks.filter((tick) => first <= tick && tick <= last)
  for (const { event, schedule } of month.journal) {
    if (event._tag === "Adopted") {
      const line = NAIVE_LINES.find(({ cron }) => cron === schedule.cron) as NaiveLine
      ticks = ticksOf(line, schedule.timeZone)
      considered = event.considered
      continue
    }
    const last = event._tag === "Passed" ? event.last : "tick" in event ? event.tick : 0
    if (last > considered) {
      for (const tick of within(considered + 1, last)) expected.add(tick)
      considered = last
    }
    if (event._tag === "Started") add(event.tick, 1)
    else if (event._tag === "Unbegun") add(event.tick, -1)
    else if (event._tag === "Passed") {
      const passed = event.first === event.last ? [event.first] : within(event.first, event.last)
      if (passed.length !== event.count) wrong.push(`${event.count} were counted, there are ${passed.length}`)
      for (const tick of passed) add(tick, 1)
    }
  }
  const waiting = month.state?.queue.map(({ tick }) => tick) ?? []
  for (const tick of waiting) add(tick, 1)
  for (const tick of expected)
    if (fates.get(tick) !== 1) wrong.push(`${fates.get(tick) ?? 0} fates: ${month.story(tick)}`)
  for (const tick of fates.keys()) if (!expected.has(tick)) wrong.push(`nobody asked for ${month.story(tick)}`)
  const begun = new Set(month.begun)
  if (begun.size !== month.begun.length) wrong.push("a tick has run twice")
  const due = within((month.state?.considered ?? 0) + 1, month.now - month.schedule.delay - 2000)
  if (due.length > 0) wrong.push(`${due.length} were forgotten`)
  return wrong
}

/** What a schedule's own rules say against an event. */
const policyFault = (
  { before, decision, event, schedule }: Written,
  index: number,
  month: SimulatedMonth
): ReadonlyArray<string> => {
  const { delay, missed, overlap, startingDeadline = Number.POSITIVE_INFINITY } = schedule
  const say = (why: string): ReadonlyArray<string> => [`${why}: ${JSON.stringify({ event, missed, overlap, delay })}`]
  const lateness = (tick: number): number => event.at - tick - delay
  const isAgain = (tick: number): boolean =>
    month.journal.slice(0, index).some((other) => other.event._tag === "Unbegun" && other.event.tick === tick)
  if (event._tag === "Started") {
    if (lateness(event.tick) < 0) return say("started early")
    if (lateness(event.tick) > startingDeadline) return say("started too late")
    if (overlap !== "allow" && (before?.running.length ?? 0) > 0) return say("started beside another")
    if (missed === "skip" && lateness(event.tick) > PUNCTUAL) return say("started though it was missed")
  }
  if (event._tag === "Queued" && event.why === "missed") {
    const together = month.journal.filter(
      (other) => other.decision === decision && other.event._tag === "Queued" && other.event.why === "missed"
    )
    const most = missed === "skip" ? 0 : missed === "latest" ? 1 : schedule.maxCatchUp
    if (together.length > most) return say(`caught up ${together.length}`)
  }
  if (event._tag !== "Passed") return []
  switch (event.reason) {
    case "too late":
      return lateness(event.last) > startingDeadline ? [] : say("was not too late")
    case "overlap":
      return overlap === "forbid" && (before?.running.length ?? 0) + (before?.queue.length ?? 0) > 0
        ? []
        : say("nothing ran")
    case "replaced":
      return overlap === "replace" ? [] : say("nothing replaces")
    case "missed": {
      if (lateness(event.last) <= PUNCTUAL && !isAgain(event.last)) return say("was not missed")
      return missed === "skip" || hasLater(event.last, schedule, event.at) ? [] : say("should have been caught up")
    }
    case "changed":
      return []
  }
}

/** Whether a later tick has come too: where it was not written down before a crash, the next daemon finds it. */
const hasLater = (tick: number, { delay, line }: Schedule, now: number): boolean => {
  const next = line.after(tick)
  return next !== undefined && next + delay <= now
}

const live = (seed: number): SimulatedMonth => {
  const random = new Random(seed)
  const choices = Array.from({ length: 3 }, () => randomSchedule(random))
  const start = random.of(STARTS)
  const month = new SimulatedMonth(random, choices, start)
  month.liveUntil(start + LENGTH)
  return month
}

describe("a cron line, beside times worked out minute by minute", () => {
  it.each(NAIVE_LINES.flatMap((line) => ZONES.map((zone) => [line.cron, zone, line] as const)))(
    "%s in %s",
    (cron, zone, line) => {
      const parsed = Result.getOrThrow(parseCron(cron, zone))
      for (const start of STARTS) {
        const expected = ticksOf(line, zone).filter((tick) => start < tick && tick <= start + LENGTH)
        const found: Array<number> = []
        for (let at = parsed.after(start); at !== undefined && at <= start + LENGTH; at = parsed.after(at))
          found.push(at)
        assert.deepStrictEqual(
          found.map((at) => new Date(at).toISOString()),
          expected.map((at) => new Date(at).toISOString())
        )
      }
    }
  )
})

describe("thirty days of a schedule", () => {
  const MONTHS = Number(process.env["SCHEDULE_MONTHS"] ?? 300)

  it(`account for every tick exactly once, by policy (${MONTHS} months)`, { timeout: 600_000 }, () => {
    const seen = { crashes: 0, jumps: 0, ticks: 0, events: 0 }
    for (let seed = 1; seed <= MONTHS; seed++) {
      const month = live(seed)
      const complaints = complaintsOf(month)
      assert.deepStrictEqual(complaints.slice(0, 3), [], `seed ${seed}`)
      seen.crashes += month.crashes
      seen.jumps += month.jumps
      seen.events += month.journal.length
      seen.ticks += month.begun.length
    }
    assert.isAbove(seen.crashes, MONTHS)
    assert.isAbove(seen.jumps, MONTHS / 4)
    assert.isAbove(seen.ticks, 10 * MONTHS)
  })
})
