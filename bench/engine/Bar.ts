/** A figure that the engine is held to. */

export interface Bar {
  readonly what: string
  readonly measured: number
  /** The most that it may be. */
  readonly atMost: number
  readonly unit: string
  /** Decimals that say something. */
  readonly digits?: number
}

/** What a group of bars measures with. */
export interface BarOptions {
  /** Repetitions of what can be repeated. */
  readonly best: number
  /** Divides every size: 1 measures what the bars are about, more tries the benchmark out. */
  readonly part: number
}

export type MeasureBars = (options: BarOptions) => AsyncIterable<Bar>

/** A bar as a line: the figure, what it may be, and whether it is met. */
export const barLine = ({ what, measured, atMost, unit, digits = 2 }: Bar): string => {
  const text = (value: number): string => `${value.toFixed(digits)} ${unit}`.trimEnd()
  return `${measured <= atMost ? "met   " : "MISSED"}  ${text(measured).padStart(12)}  of at most ${text(atMost).padEnd(12)} ${what}`
}
