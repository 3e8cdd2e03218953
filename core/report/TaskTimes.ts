/** The time that tasks took against a dimension of their matrices, line by line. */
import type { MeasuredTime } from "../document/measured-times.ts"
import { median } from "../explain/noise-level.ts"
import { extent } from "./extent.ts"
import { type PowerLaw, powerLawOf } from "./power-law.ts"
import type { ComputedBy, ReportTask } from "./ReportModel.ts"
import { dimensionsOf } from "./Sweep.ts"

/** A task with the attempt that computed its result, in this run or an earlier one. */
export interface TimedTask extends ReportTask {
  readonly computed: ComputedBy
}

/** Tasks of one line that have one size. Times are in seconds. */
export interface TimesPoint {
  readonly size: number
  readonly tasks: ReadonlyArray<TimedTask>
  /** Of each task, in the measure of the figure. */
  readonly seconds: ReadonlyArray<number>
  readonly median: number
  readonly least: number
  readonly most: number
  /** Median of the times from start to end. */
  readonly wall: number
  /** How many of the tasks were cached: their times are those of the runs that computed them. */
  readonly cached: number
}

export interface TimesLine {
  readonly label: string
  /** By size, ascending. */
  readonly points: ReadonlyArray<TimesPoint>
  /** Of the medians; `undefined` where fewer than three sizes take long enough to tell. */
  readonly law: PowerLaw | undefined
}

export interface TaskTimes {
  readonly title: string
  readonly against: string
  /** What tells the lines apart: a dimension; `undefined` where it is the stage. */
  readonly by: string | undefined
  readonly measure: MeasuredTime
  /** Dimensions in which the tasks of a point differ. */
  readonly over: ReadonlyArray<string>
  readonly lines: ReadonlyArray<TimesLine>
  /** Tasks that are left out: they went on from an earlier result, and took only the rest of the time. */
  readonly continued: number
}

/** What a figure is to show. */
export interface TimesQuestion extends Pick<TaskTimes, "title" | "against" | "by"> {
  readonly lines: ReadonlyArray<{ readonly label: string; readonly tasks: ReadonlyArray<ReportTask> }>
}

/** Tasks that a figure is made from. */
export const countOf = ({ lines }: Pick<TaskTimes, "lines">): number =>
  lines.reduce((sum, { points }) => points.reduce((part, { tasks }) => part + tasks.length, sum), 0)

/** Seconds below which a time is that of starting more than that of the work, and clocks are coarse. */
export const BRIEF = 0.005

/** `undefined` where no line has two sizes. */
export const taskTimes = ({ lines, ...question }: TimesQuestion): TaskTimes | undefined => {
  const { against } = question
  const sized = lines.map(({ label, tasks }) => ({
    label,
    tasks: tasks.filter((task) => isTimed(task) && isSize(task.matrix[against]))
  }))
  const whole = sized.map(({ label, tasks }) => ({ label, tasks: tasks.filter(isTimed).filter(isWhole) }))
  const all = whole.flatMap(({ tasks }) => tasks)
  const measure = measureOf(all)
  const drawn = whole
    .map(({ label, tasks }) => lineOf(label, pointsOf(tasks, against, measure)))
    .filter(({ points }) => points.length > 0)
  if (!drawn.some(({ points }) => points.length > 1)) return undefined
  return {
    ...question,
    measure,
    over: averagedOver(drawn),
    lines: drawn,
    continued: sized.reduce((sum, { tasks }) => sum + tasks.length, 0) - all.length
  }
}

export const isTimed = (task: ReportTask): task is TimedTask =>
  (task.status === "done" || task.status === "hit") && task.computed !== undefined

const isWhole = ({ computed }: TimedTask): boolean => !computed.isContinued

const isSize = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value)

/** The processor's time, unless a device computes, or what took long does not tell it. */
const measureOf = (tasks: ReadonlyArray<TimedTask>): MeasuredTime => {
  const isTold = tasks.every(
    ({ computed: { cpuMillis, durationMillis }, device = "" }) =>
      !device.includes("gpu") && (cpuMillis > 0 || durationMillis < 1000 * BRIEF)
  )
  return isTold ? "processor time" : "wall time"
}

/** What was over before the processor's time could be read took no longer than from start to end. */
export const secondsOf = ({ computed: { cpuMillis, durationMillis } }: TimedTask, measure: MeasuredTime): number =>
  (measure === "processor time" && cpuMillis > 0 ? cpuMillis : durationMillis) / 1000

const pointsOf = (tasks: ReadonlyArray<TimedTask>, against: string, measure: MeasuredTime): TimesLine["points"] =>
  [...Map.groupBy(tasks, ({ matrix }) => Number(matrix[against]))]
    .sort(([a], [b]) => a - b)
    .map(([size, members]) => {
      const seconds = members.map((task) => secondsOf(task, measure))
      const [least, most] = extent(seconds)
      return {
        ...{ size, tasks: members, seconds, median: median(seconds), least, most },
        wall: median(members.map((task) => secondsOf(task, "wall time"))),
        cached: members.filter(({ status }) => status === "hit").length
      }
    })

const lineOf = (label: string, points: TimesLine["points"]): TimesLine => ({
  label,
  points,
  law: powerLawOf(points.flatMap(({ size, median }) => (size > 0 && median >= BRIEF ? [[size, median] as const] : [])))
})

const averagedOver = (lines: ReadonlyArray<TimesLine>): ReadonlyArray<string> => [
  ...new Set(lines.flatMap(({ points }) => points.flatMap(({ tasks }) => dimensionsOf(tasks).map(({ name }) => name))))
]
