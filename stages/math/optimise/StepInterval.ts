/**
 * The interval in which a line search knows a good step to lie, and the next step to try in it.
 *
 * Source: Moré and Thuente (1994), sections 3 and 4; subroutines `dcsrch` and `dcstep` of MINPACK-2.
 */

/** The function at one step. */
export interface Sample {
  readonly step: number
  readonly value: number
  readonly slope: number
}

/** Before a minimum is bracketed, steps grow by these factors at least and at most. */
const GROWTH = [1.1, 4] as const

/** An interval that has not shrunk to this share in two steps is halved. */
const SHRINKAGE = 0.66

/** An interval of this share of its end is as small as it gets. */
const SMALLEST = 1e-14

export class Interval {
  /** The end with the lowest value of all. */
  low: Sample
  private high: Sample
  private isBracketed = false
  private readonly origin: Sample
  /** The slope that counts as sufficient decrease. */
  private readonly decrease: number
  /** At first the function less the sufficient decrease is minimised: it has its minimum where steps are good. */
  private isFirstStage = true
  private width = Number.POSITIVE_INFINITY
  private widthBefore = Number.POSITIVE_INFINITY

  constructor(origin: Sample, decrease: number) {
    this.origin = origin
    this.decrease = decrease
    this.low = origin
    this.high = origin
  }

  /** The next step to try, at most `limit`, with what is known at the last one; `undefined` when nothing is left between the ends. */
  next(sample: Sample, limit: number): number | undefined {
    const bound = this.origin.value + sample.step * this.decrease
    if (sample.value <= bound && sample.slope >= 0) this.isFirstStage = false
    const isModified = this.isFirstStage && sample.value <= this.low.value && sample.value > bound
    let step = isModified ? this.modified(sample, limit) : this.update(sample, limit)
    if (!this.isBracketed) {
      const beyond = step - this.low.step
      return Number.isFinite(step) && beyond >= 0 ? Math.min(step, limit) : undefined
    }
    const size = Math.abs(this.high.step - this.low.step)
    if (size >= SHRINKAGE * this.widthBefore) step = this.low.step + (this.high.step - this.low.step) / 2
    this.widthBefore = this.width
    this.width = size
    const [from, to] = [Math.min(this.low.step, this.high.step), Math.max(this.low.step, this.high.step)]
    if (step <= from || step >= to || to - from <= SMALLEST * to) return undefined
    return Math.min(step, limit)
  }

  private modified(sample: Sample, limit: number): number {
    const less = ({ step, value, slope }: Sample): Sample => ({
      step,
      value: value - step * this.decrease,
      slope: slope - this.decrease
    })
    const more = ({ step, value, slope }: Sample): Sample => ({
      step,
      value: value + step * this.decrease,
      slope: slope + this.decrease
    })
    this.low = less(this.low)
    this.high = less(this.high)
    const step = this.update(less(sample), limit)
    this.low = more(this.low)
    this.high = more(this.high)
    return step
  }

  /** Takes the sample for an end of the interval, and gives the step that the values and slopes at its ends suggest. */
  private update(sample: Sample, limit: number): number {
    const { low, high } = this
    const shortest = sample.step + GROWTH[0] * (sample.step - low.step)
    const longest = Math.min(limit, sample.step + GROWTH[1] * (sample.step - low.step))
    let step: number
    if (sample.value > low.value) {
      this.isBracketed = true
      step = higherValue(low, sample)
      this.high = sample
      return step
    }
    if (sample.slope * Math.sign(low.slope) < 0) {
      this.isBracketed = true
      step = oppositeSlope(low, sample)
      this.high = low
    } else if (Math.abs(sample.slope) < Math.abs(low.slope)) {
      step = this.isBracketed
        ? towards(high, sample, flatterSlope(low, sample, high.step, true))
        : clamp(flatterSlope(low, sample, longest, false), Math.min(shortest, longest), longest)
    } else if (this.isBracketed) step = cubicMinimum(sample, high)
    else step = sample.step > low.step ? longest : shortest
    this.low = sample
    return step
  }
}

const clamp = (x: number, from: number, to: number): number => Math.min(Math.max(x, from), to)

/** Not nearer to `high` than two thirds of the way. */
const towards = (high: Sample, sample: Sample, step: number): number => {
  const bound = sample.step + SHRINKAGE * (high.step - sample.step)
  return sample.step < high.step ? Math.min(bound, step) : Math.max(bound, step)
}

/** θ and γ of the cubic through both samples; γ² is not taken below 0, where it would be by rounding or has no minimum. */
const cubic = (a: Sample, b: Sample): { theta: number; gamma: number } => {
  const theta = (3 * (a.value - b.value)) / (b.step - a.step) + a.slope + b.slope
  const scale = Math.max(Math.abs(theta), Math.abs(a.slope), Math.abs(b.slope))
  const ratio = theta / scale
  return { theta, gamma: scale * Math.sqrt(Math.max(0, ratio * ratio - (a.slope / scale) * (b.slope / scale))) }
}

/** Minimum of the cubic that has the values and slopes of both samples, seen from b, towards a. */
const cubicMinimum = (b: Sample, a: Sample): number => {
  const { theta, gamma: size } = cubic(a, b)
  const gamma = b.step > a.step ? -size : size
  const ratio = (gamma - b.slope + theta) / (gamma - b.slope + gamma + a.slope)
  return b.step + ratio * (a.step - b.step)
}

/** Zero of the line through both slopes. */
const secant = (a: Sample, b: Sample): number => b.step + (b.slope / (b.slope - a.slope)) * (a.step - b.step)

/** Case 1: the minimum is bracketed by the value. The cubic step if it is the shorter, else the mean of it and the quadratic one. */
const higherValue = (low: Sample, sample: Sample): number => {
  const { theta, gamma: size } = cubic(low, sample)
  const gamma = sample.step < low.step ? -size : size
  const width = sample.step - low.step
  const ratio = (gamma - low.slope + theta) / (gamma - low.slope + gamma + sample.slope)
  const byCubic = low.step + ratio * width
  const byQuadratic = low.step + (low.slope / ((low.value - sample.value) / width + low.slope) / 2) * width
  const isShorter = Math.abs(byCubic - low.step) < Math.abs(byQuadratic - low.step)
  return isShorter ? byCubic : byCubic + (byQuadratic - byCubic) / 2
}

/** Case 2: the minimum is bracketed by the slope. Of the cubic and the secant step the longer from the sample. */
const oppositeSlope = (low: Sample, sample: Sample): number => {
  const [byCubic, bySecant] = [cubicMinimum(sample, low), secant(low, sample)]
  return Math.abs(byCubic - sample.step) > Math.abs(bySecant - sample.step) ? byCubic : bySecant
}

/** Case 3: the slope flattens. The cubic counts only where it rises in the direction of the step, and has its minimum beyond the sample. */
const flatterSlope = (low: Sample, sample: Sample, end: number, isBracketed: boolean): number => {
  const { theta, gamma: size } = cubic(low, sample)
  const gamma = sample.step > low.step ? -size : size
  const ratio = (gamma - sample.slope + theta) / (gamma + (low.slope - sample.slope) + gamma)
  const byCubic = ratio < 0 && gamma !== 0 ? sample.step + ratio * (low.step - sample.step) : end
  const bySecant = secant(low, sample)
  const isNearer = Math.abs(byCubic - sample.step) < Math.abs(bySecant - sample.step)
  return isNearer === isBracketed ? byCubic : bySecant
}
