/** The course of a metric through runs: stretches of one level, the shifts between them, and single values that lie apart. */

import { outliers, stretches } from "./change-points.ts"
import { median, noiseLevel } from "./noise-level.ts"

/** A value that a run has of a metric. */
export interface Reading {
  /** Place of the run in the order of time. */
  readonly run: number
  readonly value: number
  /** What tells the computation of this value from others: runs that found it in the store have it of the same one. */
  readonly computation: string
}

/** A change of the level. */
export interface Shift {
  /** The last run at the old level, and the first at the new one. */
  readonly before: number
  readonly after: number
  /** The two levels. */
  readonly from: number
  readonly to: number
}

/** Runs at one level. */
export interface Level {
  /** The first run, and the last. */
  readonly from: number
  readonly to: number
  /** The median of its results. */
  readonly value: number
}

export interface Course {
  /** Finite values in the order of the runs. */
  readonly readings: ReadonlyArray<Reading>
  /** Those that are not finite, likewise. */
  readonly diverged: ReadonlyArray<Reading>
  readonly levels: ReadonlyArray<Level>
  readonly shifts: ReadonlyArray<Shift>
  /** Runs whose value lies apart from those around it. */
  readonly outliers: ReadonlyArray<number>
  /** Standard deviation about the level; `undefined` where there are too few results to tell. */
  readonly noise: number | undefined
}

/** Results from which a noise level can be estimated. */
export const FEWEST = 8

/** Differences below this, relative to the largest value, are rounding: nobody sees them in nine digits. */
const RESOLUTION = 1e-9

/**
 * The course of a metric.
 *
 * What a run found in the store is no further evidence: only results count that were computed, one after the other. While
 * these are fewer than `FEWEST`, no shift can be told from noise, unless there is none: where equal keys give equal values
 * (`isExact`), each other value is a shift. Values that are not finite tell of no level, and stand apart.
 */
export const courseOf = (all: ReadonlyArray<Reading>, { isExact }: { readonly isExact: boolean }): Course => {
  const readings = all.filter(({ value }) => Number.isFinite(value))
  const results = readings.filter(({ computation }, index) => computation !== readings[index - 1]?.computation)
  const values = withoutRounding(results.map(({ value }) => value))
  const isTold = values.length >= FEWEST
  const noise = isTold ? noiseLevel(values) : isExact ? 0 : undefined
  const apart = noise === undefined ? [] : outliers(values, noise)
  const found = noise === undefined ? [{ from: 0, to: values.length }] : stretches(values, noise)
  // A result stands for the runs up to the next one.
  const runOf = (index: number): number => results[index]?.run ?? (readings.at(-1)?.run ?? -1) + 1
  const lastBefore = (run: number): number => readings.findLast((reading) => reading.run < run)?.run ?? run
  const levels = found
    .filter(({ from, to }) => to > from)
    .map(({ from, to }) => ({ from: runOf(from), to: lastBefore(runOf(to)), value: median(values.slice(from, to)) }))
  return {
    readings,
    diverged: all.filter(({ value }) => !Number.isFinite(value)),
    levels,
    shifts: levels.slice(1).map(({ from: after, value: to }, index) => {
      const { to: before = after, value: from = to } = levels[index] ?? {}
      return { before, after, from, to }
    }),
    outliers: apart.map(runOf),
    noise
  }
}

/** A value that differs from the one before by rounding alone has that one's place. */
const withoutRounding = (values: ReadonlyArray<number>): ReadonlyArray<number> => {
  const least = RESOLUTION * values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  const told: Array<number> = []
  for (const value of values) {
    const last = told.at(-1)
    told.push(last !== undefined && Math.abs(value - last) <= least ? last : value)
  }
  return told
}
