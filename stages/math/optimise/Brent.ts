/**
 * Zeros and minima of functions of one variable, without derivatives.
 *
 * Source: R. P. Brent, Algorithms for Minimization without Derivatives, Prentice-Hall 1973, sections 4.2 and 5.8.
 */
import { Data } from "effect"

/** The ends of an interval have values of one sign, or one is NaN. */
export class NoSignChange extends Data.TaggedError("NoSignChange")<{
  readonly from: number
  readonly to: number
  readonly values: readonly [number, number]
}> {
  override get message(): string {
    return `the function is ${this.values[0]} at ${this.from} and ${this.values[1]} at ${this.to}: it has no change of sign there`
  }
}

/** The function is NaN inside of the interval. */
export class NotANumber extends Data.TaggedError("NotANumber")<{ readonly x: number }> {
  override get message(): string {
    return `the function is no number at ${this.x}`
  }
}

/**
 * A zero of f between `from` and `to`, at which it has opposite signs.
 *
 * What is given is within 4 ε |x| + tolerance of a change of sign, where `tolerance` is ε times the interval by default. Bisection, secants and inverse quadratic interpolation: at most about (log₂ of
 * the interval in units of that)² calls, a dozen as a rule. Throws `NoSignChange` and `NotANumber`;
 * `RangeError` for an end that is not finite.
 */
export const root = (
  f: (x: number) => number,
  from: number,
  to: number,
  tolerance = Number.EPSILON * Math.abs(to - from)
): number => {
  if (!(Number.isFinite(from) && Number.isFinite(to))) throw new RangeError(`no zero between ${from} and ${to}`)
  let [a, b] = [from, to]
  let [fa, fb] = [f(a), f(b)]
  if (!(Math.sign(fa) * Math.sign(fb) <= 0)) throw new NoSignChange({ from, to, values: [fa, fb] })
  // b is the best; the zero lies between b and c; a is what b was before.
  let [c, fc] = [a, fa]
  let [step, stepBefore] = [b - a, b - a]
  for (;;) {
    if (Math.abs(fc) < Math.abs(fb)) {
      ;[a, b, c] = [b, c, b]
      ;[fa, fb, fc] = [fb, fc, fb]
    }
    const accuracy = 2 * Number.EPSILON * Math.abs(b) + tolerance / 2
    const half = (c - b) / 2
    if (Math.abs(half) <= accuracy || fb === 0) return b
    const guess =
      Math.abs(stepBefore) < accuracy || Math.abs(fa) <= Math.abs(fb) ? undefined : interpolate(a, b, c, fa, fb, fc)
    const bound = Math.min(1.5 * half * Math.sign(half) - Math.abs(accuracy) / 2, Math.abs(stepBefore) / 2)
    if (guess === undefined || !(guess * Math.sign(half) > 0 && Math.abs(guess) < bound)) {
      step = half
      stepBefore = half
    } else {
      stepBefore = step
      step = guess
    }
    ;[a, fa] = [b, fb]
    b += Math.abs(step) > accuracy ? step : accuracy * Math.sign(half)
    fb = f(b)
    if (Number.isNaN(fb)) throw new NotANumber({ x: b })
    if (Math.sign(fb) === Math.sign(fc)) {
      ;[c, fc] = [a, fa]
      step = b - a
      stepBefore = step
    }
  }
}

/** The step from b to where the secant, or the inverse parabola when there are three points, has its zero. */
const interpolate = (a: number, b: number, c: number, fa: number, fb: number, fc: number): number => {
  const s = fb / fa
  if (a === c) return ((c - b) * s) / (s - 1)
  const [q, r] = [fa / fc, fb / fc]
  return (s * ((c - b) * q * (q - r) - (b - a) * (r - 1))) / -((q - 1) * (r - 1) * (s - 1))
}

/** (3 − √5) / 2. */
const GOLDEN = 0.3819660112501051

export interface LineMinimum {
  readonly x: number
  readonly value: number
}

/**
 * A local minimum of f between `from` and `to`: the minimum, where there is only one.
 *
 * x is within about 3 (√ε |x| + tolerance) of it, and no method that sees only values does better than √ε; `tolerance` is 1e-10 by default. Golden sections
 * and parabolas. Throws `NotANumber`; `RangeError` when the interval is none.
 */
export const minimum = (f: (x: number) => number, from: number, to: number, tolerance = 1e-10): LineMinimum => {
  if (!(from <= to && Number.isFinite(to - from) && tolerance > 0))
    throw new RangeError(`no minimum between ${from} and ${to} to within ${tolerance}`)
  const at = (x: number): LineMinimum => {
    const value = f(x)
    if (Number.isNaN(value)) throw new NotANumber({ x })
    return { x, value }
  }
  let [a, b] = [from, to]
  // The lowest three, the lowest first.
  let best = at(a + GOLDEN * (b - a))
  let [second, third] = [best, best]
  let [step, stepBefore] = [0, 0]
  for (;;) {
    const { x } = best
    const middle = (a + b) / 2
    const accuracy = ROOT_EPSILON * Math.abs(x) + tolerance
    if (Math.abs(x - middle) <= 2 * accuracy - (b - a) / 2) return best
    const guess = Math.abs(stepBefore) > accuracy ? parabolaStep(best, second, third) : Number.NaN
    if (Math.abs(guess) < Math.abs(stepBefore / 2) && x + guess > a && x + guess < b) {
      stepBefore = step
      step = guess
      // Not too near to an end.
      if (x + step - a < 2 * accuracy || b - x - step < 2 * accuracy) step = x < middle ? accuracy : -accuracy
    } else {
      stepBefore = x < middle ? b - x : a - x
      step = GOLDEN * stepBefore
    }
    const next = at(x + (Math.abs(step) >= accuracy ? step : step > 0 ? accuracy : -accuracy))
    if (next.value <= best.value) {
      if (next.x < x) b = x
      else a = x
      ;[third, second, best] = [second, best, next]
    } else {
      if (next.x < x) a = next.x
      else b = next.x
      if (next.value <= second.value || second.x === x) [third, second] = [second, next]
      else if (next.value <= third.value || third.x === x || third.x === second.x) third = next
    }
  }
}

/** √ε. */
const ROOT_EPSILON = 2 ** -26

/** From x to the lowest point of the parabola through three; NaN or infinite when there is none. */
const parabolaStep = (x: LineMinimum, w: LineMinimum, v: LineMinimum): number => {
  const r = (x.x - w.x) * (x.value - v.value)
  const q = (x.x - v.x) * (x.value - w.value)
  return ((x.x - w.x) * r - (x.x - v.x) * q) / (2 * (q - r))
}
