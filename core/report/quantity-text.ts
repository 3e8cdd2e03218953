/** How numbers, differences and times are written in reports. */

/** A number to six significant digits, without trailing zeros: `1.129`, `0.0457`, `1.2e-9`. */
export const numberText = (value: number): string => {
  if (!Number.isFinite(value)) return String(value).replace("-", "−").replace("Infinity", "∞")
  return signs(String(Number(value.toPrecision(6))))
}

/** A difference, with its sign: `+0.002`, `−0.0035`, `0`; three significant digits. */
export const signedText = (value: number): string => {
  if (!Number.isFinite(value)) return numberText(value)
  const rounded = Number(value.toPrecision(3))
  return rounded === 0 ? "0" : `${rounded > 0 ? "+" : ""}${signs(String(rounded))}`
}

/** A share with its sign, as `+0.16 %`; two significant digits. */
export const signedPercentText = (share: number): string => {
  if (!Number.isFinite(share)) return numberText(share)
  const rounded = Number((100 * share).toPrecision(2))
  return `${rounded > 0 ? "+" : ""}${signs(String(rounded))} %`
}

/** A share as `5 %`. */
export const percentText = (share: number): string => `${numberText(100 * share)} %`

/** An instant, given in milliseconds since 1970, as `2026-11-24 10:30:12 UTC`. */
export const instantText = (at: number): string =>
  `${new Date(at)
    .toISOString()
    .replace("T", " ")
    .replace(/\.\d+Z$/u, "")} UTC`

/** `1 task`, `12 tasks`. */
export const countText = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`

const signs = (text: string): string => text.replaceAll("-", "−").replace("e+", "e")
