/** A number that a stage recorded and that is none, because its training diverged: its log keeps it, as metrics are finite. */

/** What the log of a task says of it. */
export const unrecordedText = (name: string, value: number): string => `metric ${name} is ${value} and was not recorded`

/** The value of such a metric, `NaN` or `-Infinity`; `undefined` where the log has none. */
export const unrecordedValue = (
  logs: ReadonlyArray<{ readonly message: string }>,
  name: string
): "NaN" | "Infinity" | "-Infinity" | undefined =>
  NOT_FINITE.findLast((value) => logs.some(({ message }) => message === unrecordedText(name, Number(value))))

const NOT_FINITE = ["-Infinity", "Infinity", "NaN"] as const
