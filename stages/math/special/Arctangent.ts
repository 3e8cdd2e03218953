/** Inverse tangents, with the same bits on every machine. Error below 1 unit in the last place. Source: fdlibm 5.3, s_atan.c. */

const COEFFICIENTS = [
  0.3333333333333293, -0.19999999999876483, 0.14285714272503466, -0.11111110405462356, 0.09090887133436507,
  -0.0769187620504483, 0.06661073137387531, -0.058335701337905735, 0.049768779946159324, -0.036531572744216916,
  0.016285820115365782
]

/** (x − atan x) / x for a small x. */
const series = (x: number): number => {
  const z = x * x
  return z * COEFFICIENTS.reduceRight((sum, coefficient) => sum * z + coefficient, 0)
}

/** Where the curve is cut: below `end`, atan x = hi + lo + atan((x − t) / (1 + t x)) with tan(hi + lo) = t. */
const PIECES = [
  { end: 0.6875, t: 0.5, hi: 0.4636476090008061, lo: 2.2698777452961687e-17 },
  { end: 1.1875, t: 1, hi: Math.PI / 4, lo: 3.061616997868383e-17 },
  { end: 2.4375, t: 1.5, hi: 0.982793723247329, lo: 1.3903311031230998e-17 }
] as const

const HALF_PI_LO = 6.123233995736766e-17

/** The inverse tangent, between −π/2 and π/2. */
export const atan = (x: number): number => {
  const size = Math.abs(x)
  if (!(size >= 0.4375)) return size < 2 ** -27 ? x : x - x * series(x)
  const value = steep(size)
  return x < 0 ? -value : value
}

/** atan x for x ≥ 0.4375. */
const steep = (x: number): number => {
  const piece = PIECES.find(({ end }) => x < end)
  if (piece === undefined) {
    const y = -1 / x
    return Math.PI / 2 - (y * series(y) - HALF_PI_LO - y)
  }
  const { t, hi, lo } = piece
  const y = (x - t) / (1 + t * x)
  return hi - (y * series(y) - lo - y)
}

/**
 * The angle of the point (x, y), between −π and π. Signs of zeros count, as in `Math.atan2`.
 *
 * Error below 2 units in the last place.
 */
export const atan2 = (y: number, x: number): number => {
  if (Number.isNaN(x) || Number.isNaN(y)) return Number.NaN
  const isLeft = x < 0 || Object.is(x, -0)
  const angle = y === 0 ? 0 : Math.abs(x) === Math.abs(y) ? Math.PI / 4 : atan(Math.abs(y / x))
  const turned = isLeft ? Math.PI - (angle - 2 * HALF_PI_LO) : angle
  return y < 0 || Object.is(y, -0) ? -turned : turned
}
