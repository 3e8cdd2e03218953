/** Where the level of a series shifts: its segmentation into stretches of one mean each. */
import { median } from "./noise-level.ts"

/** Values between two shifts: index of the first, and of the one after the last. */
export interface Stretch {
  readonly from: number
  readonly to: number
}

/** Values that a stretch has at least: one alone is no new level. */
const SHORTEST = 2

/**
 * What a further shift must save of the squared distances to the means, in units of the noise's variance.
 *
 * 3 log n is the order of magnitude by which the largest of n such savings grows under noise alone; the rest is for a noise
 * level that is itself an estimate, from few values a poor one. Of series without a shift, of 8 to 300 values with normal, Laplace or
 * Student's t₃ noise, at most two in a hundred are given one (`tests/core/explain/change-points.test.ts`).
 */
const penalty = (count: number): number => 3 * Math.log(count) + 4 + 120 / count

/**
 * The stretches of a series of finite values, whose noise has the standard deviation `noise`; there is one at least unless the
 * series is empty.
 *
 * They are those with the least sum of squared distances to their means over noise², plus a penalty for each. It is found
 * exactly, by optimal partitioning with pruning (PELT): R. Killick, P. Fearnhead, I. A. Eckley, Journal of the American
 * Statistical Association 107 (2012). Means and distances are updated value by value (Welford), for sums of squares would
 * lose everything to rounding where a level is large beside the noise. Without noise every difference is a shift, however
 * short the stretch. Time is linear in the length for shifts at a steady rate, quadratic at worst.
 */
export const stretches = (values: ReadonlyArray<number>, noise: number): ReadonlyArray<Stretch> => {
  if (values.length === 0) return []
  if (!(noise > 0)) return levels(values)
  const cost = penalty(values.length)
  const scaled = tamed(values, noise)
  /** Least cost of the first `end` values, and where the last stretch of the best segmentation begins. */
  const best = new Float64Array(values.length + 1).fill(Number.POSITIVE_INFINITY)
  best[0] = -cost
  const starts = new Int32Array(values.length + 1)
  let candidates: Array<Candidate> = []
  for (let end = 1; end <= values.length; end++) {
    candidates.push({ start: end - 1, before: best[end - 1]!, count: 0, mean: 0, distance: 0, isBeaten: false })
    for (const candidate of candidates) {
      extend(candidate, scaled[end - 1]!)
      const whole = candidate.before + candidate.distance + cost
      if (candidate.count < SHORTEST || !(whole < best[end]!)) continue
      best[end] = whole
      starts[end] = candidate.start
    }
    // A stretch cannot begin here and end with the next value: until then what is beaten here may still be the best.
    candidates = candidates.filter(({ isBeaten }) => !isBeaten)
    for (const each of candidates) each.isBeaten = each.before + each.distance > best[end]!
  }
  return between(boundaries(starts, values.length), values.length)
}

/** Distance from the median of its neighbourhood that a value may have, in units of the noise; and how far that reaches. */
const REACH = 2
const NEIGHBOURS = 2

/**
 * In units of the noise, with values that lie far from those around them drawn near: one or two of them are no level, and
 * heavy tails bring forth no shifts. A level that lasts stays as it is, for its own values are then those around.
 */
const tamed = (values: ReadonlyArray<number>, noise: number): ReadonlyArray<number> =>
  values.map((value, index) => {
    const middle = median(values.slice(Math.max(0, index - NEIGHBOURS), index + NEIGHBOURS + 1)) / noise
    return Math.min(middle + REACH, Math.max(middle - REACH, value / noise))
  })

/** A stretch that may be the last one, while the series goes on. */
interface Candidate {
  readonly start: number
  /** Least cost of what comes before it. */
  readonly before: number
  count: number
  mean: number
  /** Sum of the squared distances to the mean. */
  distance: number
  /** Whether it costs more than a stretch that begins later, whatever follows. */
  isBeaten: boolean
}

const extend = (candidate: Candidate, value: number): void => {
  candidate.count++
  const deviation = value - candidate.mean
  candidate.mean += deviation / candidate.count
  candidate.distance += deviation * (value - candidate.mean)
}

const boundaries = (starts: Int32Array, length: number): ReadonlyArray<number> => {
  const found: Array<number> = []
  // A series that is shorter than a stretch is one.
  for (let end = length; end > 0; end = starts[end]!) found.unshift(starts[end]!)
  return found
}

/** Stretches of equal values. */
const levels = (values: ReadonlyArray<number>): ReadonlyArray<Stretch> =>
  between(
    values.flatMap((value, index) => (index === 0 || value !== values[index - 1] ? [index] : [])),
    values.length
  )

/** Distance from its neighbours at which a single value is an outlier, in units of the noise. */
const FAR = 5

/**
 * Indices of single values that lie far from both neighbours, on the same side of them, while these lie close to each other;
 * at the ends, far from the only one.
 */
export const outliers = (values: ReadonlyArray<number>, noise: number): ReadonlyArray<number> => {
  if (!(noise > 0) || values.length < 2 * SHORTEST) return []
  const isFar = (difference: number): boolean => Math.abs(difference) > FAR * Math.SQRT2 * noise
  return [...values.keys()].filter((index) => {
    const value = values[index]!
    const before = values[index - 1] ?? values[index + 1]!
    const after = values[index + 1] ?? before
    const isApart = isFar(value - before) && isFar(value - after) && value > before === value > after
    return isApart && !isFar(after - before)
  })
}

const between = (starts: ReadonlyArray<number>, end: number): ReadonlyArray<Stretch> =>
  starts.map((from, index) => ({ from, to: starts[index + 1] ?? end }))
