/** Angles of which float64 knows no multiple of π/2 to their last digit: by 2/π with as many bits as the largest needs. */

/** Bits of 2/π behind the point: a float64 has up to 1024 before it, and may lie within 2⁻⁶² of a multiple of π/2. */
const BITS = 1280

const TWO_OVER_PI = BigInt(
  "0x" +
    "a2f9836e4e441529fc2757d1f534ddc0db6295993c439041fe5163abdebbc561b7246e3a424dd2e006492eea09d1921cfe1d" +
    "eb1cb129a73ee88235f52ebb4484e99c7026b45f7e413991d639835339f49c845f8bbdf9283b1ff897ffde05980fef2f118b" +
    "5a0a6d1f6d367ecf27cb09b74f463f669e5fea2d7527bac7ebe5f17b3d0739f78a5292ea6bfb5fb11f8d5d0856033046fc7b" +
    "6babf0cfbc209af4361d"
)

const HALF_PI = 1.5707963267948966
const HALF_PI_REST = 6.123233995736766e-17

/** The last bit of a float64 from 2¹⁶ on. */
const LEAST_BIT = 36

/** Of what is left of a right angle, bits that are turned into a number. */
const KEPT = 160

/**
 * The quadrant, 0 to 3, of a finite angle of at least 2¹⁶, and what is left of it, between −π/4 and π/4. Error of the rest: 1 unit in the
 * last place. Cost: some microseconds. Source: M. H. Payne, R. N. Hanek, SIGNUM Newsletter 18 (1983).
 */
export const reduceLarge = (x: number): readonly [quadrant: number, rest: number] => {
  const size = Math.abs(x)
  const isWhole = size >= 2 ** 53
  const bits = BigInt(isWhole ? BITS : BITS + LEAST_BIT)
  const turned = BigInt(isWhole ? size : size * 2 ** LEAST_BIT) * TWO_OVER_PI
  const nearest = (turned + (1n << (bits - 1n))) >> bits
  const share = Number((turned - (nearest << bits)) >> (bits - BigInt(KEPT))) / 2 ** KEPT
  const quadrant = Number(nearest & 3n)
  const rest = share * HALF_PI + share * HALF_PI_REST
  return x < 0 ? [(4 - quadrant) % 4, -rest] : [quadrant, rest]
}
