/** How numbers, differences and times are written in reports. */

/** A number to six significant digits, without trailing zeros: `1.129`, `0.0457`, `1.2e-9`. It can be pasted as it is. */
export const numberText = (value: number): string => rounded(value, 6)

/** A difference, with its sign: `+0.002`, `-0.0035`, `0`; three significant digits. */
export const signedText = (value: number): string => (value > 0 ? `+${rounded(value, 3)}` : rounded(value, 3))

/** A share with its sign, as `+0.16 %`; two significant digits. */
export const signedPercentText = (share: number): string => `${share > 0 ? "+" : ""}${rounded(100 * share, 2)} %`

/** A share as `5 %`. */
export const percentText = (share: number): string => `${numberText(100 * share)} %`

/** An instant, given in milliseconds since 1970, as `2026-11-24 10:30:12 UTC`. */
export const instantText = (at: number): string =>
  `${new Date(at)
    .toISOString()
    .replace("T", " ")
    .replace(/\.\d+Z$/u, "")} UTC`

/** Powers of ten stand out of numbers that would begin with many zeros or end with them. */
const rounded = (value: number, digits: number): string => {
  if (!Number.isFinite(value)) return String(value).replace("Infinity", "∞")
  const number = Number(value.toPrecision(digits))
  const size = Math.abs(number)
  const text = size !== 0 && (size < 1e-4 || size >= 1e9) ? number.toExponential() : String(number)
  return text.replace("e+", "e")
}
