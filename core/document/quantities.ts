/** Durations, sizes and counts as people write them. */

const MILLIS: { readonly [unit: string]: number } = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

const BYTES: { readonly [unit: string]: number } = {
  B: 1,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40
}

/** Milliseconds of `10m`, `1h30m`, `500ms`; `undefined` when the text is no duration. */
export const parseDuration = (text: string): number | undefined => {
  if (!/^(?:\d+(?:\.\d+)?(?:ms|[smhd]))+$/u.test(text)) return undefined
  const parts = text.matchAll(/(?<count>\d+(?:\.\d+)?)(?<unit>ms|[smhd])/gu)
  let total = 0
  for (const { groups } of parts) total += Number(groups?.["count"]) * (MILLIS[groups?.["unit"] ?? ""] ?? Number.NaN)
  return Number.isFinite(total) && total > 0 ? total : undefined
}

/** Bytes of `2GiB`, `512 MB`; `undefined` when the text is no size. */
export const parseSize = (text: string): number | undefined => {
  const { count, unit } = /^(?<count>\d+(?:\.\d+)?)\s*(?<unit>[kMGT]?B|[KMGT]iB)$/u.exec(text)?.groups ?? {}
  const factor = unit === undefined ? undefined : BYTES[unit]
  return factor === undefined ? undefined : Math.round(Number(count) * factor)
}

/** A size as `parseSize` reads it, to the next MiB, or to the tenth of a GiB from ten of them on: `512MiB`, `12.5GiB`. */
export const sizeText = (bytes: number): string => {
  if (bytes >= 10 * 2 ** 30) return `${Math.ceil((10 * bytes) / 2 ** 30) / 10}GiB`
  const mebibytes = Math.ceil(bytes / 2 ** 20)
  return mebibytes % 1024 === 0 ? `${mebibytes / 1024}GiB` : `${mebibytes}MiB`
}

/** `1 task`, `12 tasks`; what does not end with an s where there are several is told. */
export const countText = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`
