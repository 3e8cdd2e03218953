/** Noise without and with heavy tails, from a seed. */
import type { Random } from "../../faults/Random.ts"

export type Draw = () => number

/** Standard normal numbers. Source: G. E. P. Box, M. E. Muller, 1958. */
export const normal =
  (random: Random): Draw =>
  () =>
    Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next())

/** Laplace's distribution, of variance 2. */
export const laplace =
  (random: Random): Draw =>
  () => {
    const half = random.next() - 0.5
    return -Math.sign(half) * Math.log(1 - 2 * Math.abs(half))
  }

/** Student's distribution with three degrees of freedom, of variance 3. */
export const student = (random: Random): Draw => {
  const draw = normal(random)
  return () => draw() / Math.sqrt((draw() ** 2 + draw() ** 2 + draw() ** 2) / 3)
}

export const series = (draw: Draw, length: number, level: (index: number) => number = () => 0): ReadonlyArray<number> =>
  Array.from({ length }, (_, index) => draw() + level(index))
