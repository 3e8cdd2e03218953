/** What times of tasks are called where a metric could stand. They are no results: no two runs have the same. */
export const MEASURED_TIMES = ["processor time", "wall time"] as const

/** The processor's, which does not count what a task waited for; or from its start to its end. */
export type MeasuredTime = (typeof MEASURED_TIMES)[number]

/** The time that a metric names, as `train@width=500.wall time` does. */
export const timeInMetric = (metric: string): MeasuredTime | undefined =>
  MEASURED_TIMES.find((name) => metric.endsWith(`.${name}`))
