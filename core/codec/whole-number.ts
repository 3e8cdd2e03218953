/** Whole numbers in files of other programs: float64 holds all of up to 15 digits, and some longer ones. */

/** Digits of whole numbers that float64 holds all. */
const ALWAYS_HELD = 15

/**
 * Whether float64 holds a whole number as it is written: an optional sign and digits.
 *
 * The shortest digits that lead to a float64, zeros after them, are what many programs write for it: they count as held.
 */
export const isHeld = (written: string): boolean => {
  if (written.length <= ALWAYS_HELD) return true
  const digits = written.replace(/^[+-]?0*(?=\d)/u, "")
  const value = Number(digits)
  return Number.isFinite(value) && (String(value) === digits || BigInt(value) === BigInt(digits))
}

/** Why a number is refused, to be put after its place. */
export const notHeld = (written: string): string =>
  `${written.length > 40 ? `${written.slice(0, 40)}…` : written} cannot be kept exactly: float64 would make ${Number(written)} of it`
