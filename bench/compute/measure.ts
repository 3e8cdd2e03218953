/** Processor time of computations, beside one another: the machine's noise falls on all of them alike. */

/** Something whose cost is asked for, in this process or in another. */
export interface Contender {
  readonly name: string
  /** Processor seconds of the whole process for `count` runs, one after the other. */
  readonly seconds: (count: number) => Promise<number>
}

/** A computation in this process. */
export const own = (name: string, run: () => unknown): Contender => ({
  name,
  seconds: async (count) => {
    const before = process.cpuUsage()
    for (let i = 0; i < count; i++) run()
    const { user, system } = process.cpuUsage(before)
    return (user + system) / 1e6
  }
})

export interface Turns {
  readonly rounds?: number
  /** A round repeats a computation until it takes so many seconds. */
  readonly least?: number
}

/** Seconds of one run of each, by name: the best of several rounds, in which they take turns; the first warms up. */
export const compare = async (
  contenders: ReadonlyArray<Contender>,
  { rounds = 7, least = 0.1 }: Turns = {}
): Promise<ReadonlyMap<string, number>> => {
  const counts = new Map<string, number>()
  const best = new Map<string, number>()
  for (const { name, seconds } of contenders) {
    await seconds(1)
    const once = await seconds(1)
    counts.set(name, Math.max(1, Math.ceil(least / Math.max(once, 1e-6))))
    best.set(name, Number.POSITIVE_INFINITY)
  }
  for (let round = 0; round < rounds; round++) {
    for (const { name, seconds } of contenders) {
      const count = counts.get(name)!
      best.set(name, Math.min(best.get(name)!, (await seconds(count)) / count))
    }
  }
  return best
}

/** A line of a table; the first column is 24 wide, all others 11. */
export const line = (cells: ReadonlyArray<string>): string =>
  cells.map((cell, column) => (column === 0 ? cell.padEnd(24) : cell.padStart(11))).join(" ")

/** A number for a table, with three digits; a dash where there is none. */
export const figure = (value: number | undefined): string =>
  value === undefined || !Number.isFinite(value) ? "–" : value.toPrecision(3)

/** b / a, by the names that `compare` has given; `undefined` where one is missing. */
export const ratio = (seconds: ReadonlyMap<string, number>, a: string, b: string): number | undefined => {
  const [below, above] = [seconds.get(a), seconds.get(b)]
  return below === undefined || above === undefined ? undefined : above / below
}
