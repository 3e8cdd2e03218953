/** How lengths of time are written on a terminal. */

/** As on a stopwatch, whole seconds rounded down: `0:41`, `12:05`, `1:02:03`. A negative time counts as none. */
export const stopwatchText = (millis: number): string => {
  const seconds = Math.max(0, Math.floor(millis / 1000))
  const minutes = Math.floor(seconds / 60)
  const tail = twoDigits(seconds % 60)
  return minutes < 60 ? `${minutes}:${tail}` : `${Math.floor(minutes / 60)}:${twoDigits(minutes % 60)}:${tail}`
}

/** Two units at most: `0ms`, `870ms`, `4.1s`, `2m 51s`, `1h 04m`, `3d 02h`. A negative time counts as none. */
export const durationText = (millis: number): string => {
  if (millis < 999.5) return `${Math.max(0, Math.round(millis))}ms`
  if (millis < 59_950) return `${(millis / 1000).toFixed(1)}s`
  const seconds = Math.round(millis / 1000)
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m ${twoDigits(seconds % 60)}s`
  const minutes = Math.round(seconds / 60)
  if (minutes < 1440) return `${Math.floor(minutes / 60)}h ${twoDigits(minutes % 60)}m`
  const hours = Math.round(minutes / 60)
  return `${Math.floor(hours / 24)}d ${twoDigits(hours % 24)}h`
}

const twoDigits = (value: number): string => String(value).padStart(2, "0")
