/** Durations, sizes and counts as people write them. */

const MILLIS: { readonly [initial: string]: number } = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000
}

/** Units of time in a regular expression, short and in words. `M` is none: it could be months. */
export const TIME_UNIT = "ms|s(?:ec(?:ond)?s?)?|m(?:in(?:ute)?s?)?|h(?:ours?|rs?)?|d(?:ays?)?|w(?:eeks?)?"

const TIME = String.raw`\d+(?:\.\d+)?\s*(?:${TIME_UNIT})`

/** A whole duration, as a regular expression that needs no flags. */
export const DURATION = String.raw`^${TIME}(?:\s*${TIME})*$`

/** Milliseconds of `10m`, `1h30m`, `500ms`, `30 days`; `undefined` when the text is no duration. */
export const parseDuration = (text: string): number | undefined => {
  if (!new RegExp(DURATION, "u").test(text)) return undefined
  const parts = text.matchAll(/(?<count>\d+(?:\.\d+)?)\s*(?<unit>[a-z]+)/gu)
  let total = 0
  for (const { groups: { count, unit = "" } = {} } of parts) total += Number(count) * millisOf(unit)
  return Number.isFinite(total) ? total : undefined
}

const millisOf = (unit: string): number => (unit === "ms" ? 1 : (MILLIS[unit.slice(0, 1)] ?? Number.NaN))

const POWERS = "bkmgt"

/** Bytes of `2GiB`, `512 MB`, `20gb`; `undefined` when the text is no size. */
export const parseSize = (text: string): number | undefined => {
  const { count, unit = "" } =
    /^(?<count>\d+(?:\.\d+)?)\s*(?<unit>[kmgt]?b|[kmgt]ib)$/u.exec(text.toLowerCase())?.groups ?? {}
  if (count === undefined) return undefined
  const base = unit.endsWith("ib") ? 1024 : 1000
  const bytes = Math.round(Number(count) * base ** POWERS.indexOf(unit.slice(0, 1)))
  return Number.isFinite(bytes) ? bytes : undefined
}

/**
 * A size as `parseSize` reads it, to the next mega, or to the tenth of a giga from ten of them on: `512MiB`, `12.5GiB`. In powers of
 * ten where `like` is a whole number of megabytes and not of mebibytes, as somebody must have written it: `100MB`.
 */
export const sizeText = (bytes: number, like = bytes): string => {
  const isDecimal = like % 2 ** 20 !== 0 && like % 1e6 === 0
  const [base, i] = isDecimal ? [1000, ""] : [1024, "i"]
  if (bytes >= 10 * base ** 3) return `${Math.ceil((10 * bytes) / base ** 3) / 10}G${i}B`
  const megas = Math.ceil(bytes / base ** 2)
  return megas % base === 0 ? `${megas / base}G${i}B` : `${megas}M${i}B`
}

/** `1 task`, `12 tasks`; what does not end with an s where there are several is told. */
export const countText = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`
