/** Metrics as records and journals hold them: JSON has no place for a number that is not finite. */

/** What a metric was that diverged. */
export type NotFinite = "NaN" | "Infinity" | "-Infinity"

export interface WrittenMetrics {
  /** Those that are finite. */
  readonly metrics: { readonly [name: string]: number }
  /** The others; absent where there are none. */
  readonly notFinite?: { readonly [name: string]: NotFinite }
}

/** Metrics by their names, finite or not, in the form in which they are written. */
export const writtenMetrics = (all: { readonly [name: string]: number }): WrittenMetrics => {
  const entries = Object.entries(all)
  const odd = entries.filter(([, value]) => !Number.isFinite(value))
  if (odd.length === 0) return { metrics: all }
  return {
    metrics: Object.fromEntries(entries.filter(([, value]) => Number.isFinite(value))),
    notFinite: Object.fromEntries(odd.map(([name, value]) => [name, String(value) as NotFinite]))
  }
}

/** All metrics as numbers again; none where nothing was written. */
export const metricsIn = ({ metrics = {}, notFinite }: Partial<WrittenMetrics>): WrittenMetrics["metrics"] =>
  notFinite === undefined
    ? metrics
    : { ...metrics, ...Object.fromEntries(Object.entries(notFinite).map(([name, text]) => [name, Number(text)])) }
