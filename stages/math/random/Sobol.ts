/** The sequence of Sobol: points that fill the unit cube more evenly than random ones. */
import type { RandomSource } from "./RandomSource.ts"
import { DIRECTIONS } from "./sobol-directions.ts"

const BITS = 32

/** As many dimensions as there are direction numbers for. */
export const MOST_DIMENSIONS = DIRECTIONS.length + 1

export interface SobolOptions {
  /** Index of the first point; 0 when left out, which without a shift is the origin. */
  readonly first?: number
  /** Shifts all points alike, digit by digit: each is uniform then, and means over them have no bias. A number for each dimension. */
  readonly shift?: RandomSource
}

/**
 * Points first … first + count − 1 of the sequence in the order of Gray, count × dimensions, in [0, 1) with 32 bits.
 *
 * The first 2ᵏ points have one in each of 2ᵏ boxes of equal size, of many shapes; the error of a mean over them falls nearly as 1/count for smooth
 * functions. Take 2ᵏ points. Cost: O(1) a number. Throws `RangeError` for more than 64 dimensions, or beyond point 2³² − 1. Sources: I. M. Sobol
 * (1967); I. A. Antonov, V. M. Saleev (1979).
 */
export const sobol = (count: number, dimensions: number, { first = 0, shift }: SobolOptions = {}): Float64Array => {
  if (!(Number.isInteger(dimensions) && dimensions > 0 && dimensions <= MOST_DIMENSIONS)) {
    throw new RangeError(`a sequence of Sobol in ${dimensions} dimensions, of 1 to ${MOST_DIMENSIONS}`)
  }
  const areWhole = Number.isInteger(count) && Number.isInteger(first)
  if (!(areWhole && count >= 0 && first >= 0 && first + count <= 2 ** BITS)) {
    throw new RangeError(`points ${first} to ${first + count} of a sequence of Sobol`)
  }
  const points = new Float64Array(count * dimensions)
  const shifts = shift?.uniforms(dimensions).map((u) => Math.floor(u * 2 ** BITS))
  for (let d = 0; d < dimensions; d++) {
    const directions = directionNumbers(d)
    let x = graySum(directions, first) ^ (shifts?.[d] ?? 0)
    for (let i = 0; i < count; i++) {
      points[i * dimensions + d] = (x >>> 0) / 2 ** BITS
      // The next point differs in the direction of the lowest 0 of its index.
      x ^= directions[31 - Math.clz32(~(first + i) & (first + i + 1))] ?? 0
    }
  }
  return points
}

/** v₁ … v₃₂ of a dimension, with the first bit uppermost. */
const directionNumbers = (dimension: number): Int32Array => {
  const directions = Int32Array.from({ length: BITS }, (_, bit) => 1 << (31 - bit))
  if (dimension === 0) return directions
  const [polynomial, ...start] = DIRECTIONS[dimension - 1]!
  const degree = start.length
  for (const [bit, m] of start.entries()) directions[bit] = m << (31 - bit)
  for (let bit = degree; bit < BITS; bit++) {
    const before = directions[bit - degree]!
    let value = before ^ (before >>> degree)
    for (let k = 1; k < degree; k++) if ((polynomial >> (degree - k)) & 1) value ^= directions[bit - k]!
    directions[bit] = value
  }
  return directions
}

/** The sum of directions of a point, by the bits of the Gray code of its index. */
const graySum = (directions: Int32Array, index: number): number => {
  const gray = (index ^ (index >>> 1)) >>> 0
  let sum = 0
  for (let bit = 0; bit < BITS; bit++) if ((gray >>> bit) & 1) sum ^= directions[bit]!
  return sum
}
