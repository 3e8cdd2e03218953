/** The times of a few cron lines worked out minute by minute, without croner: what the guide's table says, and nothing else. */

const MINUTE = 60_000

/** A cron line as sets of what its fields take; days of the month and months are always all. */
export interface NaiveLine {
  readonly cron: string
  readonly minutes: ReadonlySet<number>
  readonly hours: ReadonlySet<number>
  readonly weekdays: ReadonlySet<number>
}

const every = (step: number, end: number): ReadonlySet<number> =>
  new Set(Array.from({ length: Math.ceil(end / step) }, (_, index) => index * step))

const WEEK = every(1, 7)

export const NAIVE_LINES: ReadonlyArray<NaiveLine> = [
  { cron: "30 2 * * *", minutes: new Set([30]), hours: new Set([2]), weekdays: WEEK },
  { cron: "0 */2 * * *", minutes: new Set([0]), hours: every(2, 24), weekdays: WEEK },
  { cron: "0 * * * *", minutes: new Set([0]), hours: every(1, 24), weekdays: WEEK },
  { cron: "*/30 2 * * *", minutes: new Set([0, 30]), hours: new Set([2]), weekdays: WEEK },
  { cron: "*/20 * * * *", minutes: every(20, 60), hours: every(1, 24), weekdays: WEEK },
  { cron: "15 4 * * 1", minutes: new Set([15]), hours: new Set([4]), weekdays: new Set([1]) }
]

interface Wall {
  readonly day: string
  readonly weekday: number
  readonly hour: number
  readonly minute: number
}

/** All times from one instant to another, both in milliseconds since 1970 and whole minutes. */
export const naiveTicks = (line: NaiveLine, timeZone: string, from: number, to: number): ReadonlyArray<number> => {
  const wallOf = clockOf(timeZone)
  const isSingle = line.minutes.size === 1 && line.hours.size === 1
  const ticks: Array<number> = []
  const seen = new Set<string>()
  let before = wallOf(from - MINUTE)
  for (let at = from; at <= to; at += MINUTE) {
    const wall = wallOf(at)
    // Clocks were put forward past the single time of this day: it comes when the gap is over.
    const isPastGap =
      isSingle && wall.day === before.day && inGap(line, before, wall) && line.weekdays.has(wall.weekday)
    const isMeant = line.minutes.has(wall.minute) && line.hours.has(wall.hour) && line.weekdays.has(wall.weekday)
    // The second pass of a single time is none.
    if ((isMeant && !(isSingle && seen.has(wall.day))) || isPastGap) {
      ticks.push(at)
      seen.add(wall.day)
    }
    before = wall
  }
  return ticks
}

const inGap = (line: NaiveLine, before: Wall, after: Wall): boolean => {
  const [minute = 0] = line.minutes
  const [hour = 0] = line.hours
  const time = 60 * hour + minute
  return 60 * before.hour + before.minute < time && time < 60 * after.hour + after.minute
}

/** What the clocks of a zone show; its offset is asked for once in a quarter of an hour. */
const clockOf = (timeZone: string): ((at: number) => Wall) => {
  const format = new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" })
  const offsets = new Map<number, number>()
  const offsetAt = (quarter: number): number => {
    const name = format.formatToParts(quarter * 15 * MINUTE).find(({ type }) => type === "timeZoneName")?.value ?? ""
    const {
      hours = "0",
      minutes = "0",
      sign = "+"
    } = /GMT(?<sign>[+-])(?<hours>\d\d):(?<minutes>\d\d)/u.exec(name)?.groups ?? {}
    return (sign === "-" ? -1 : 1) * (60 * Number(hours) + Number(minutes)) * MINUTE
  }
  return (at) => {
    const quarter = Math.floor(at / (15 * MINUTE))
    const offset = offsets.get(quarter) ?? offsetAt(quarter)
    offsets.set(quarter, offset)
    const local = new Date(at + offset)
    return {
      day: local.toISOString().slice(0, 10),
      weekday: local.getUTCDay(),
      hour: local.getUTCHours(),
      minute: local.getUTCMinutes()
    }
  }
}
