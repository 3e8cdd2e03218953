/** Which figures of times a report has: those that the pipeline asks for, or the ones that tell most. */
import { MAX_TIMED } from "../document/decode-report.ts"
import type { PlanTimes } from "../plan/Plan.ts"
import { formatValue } from "../plan/task-id.ts"
import type { Json } from "../stage/ArtifactKind.ts"
import { matrixText } from "./matrix-text.ts"
import type { ReportStage, ReportTask } from "./ReportModel.ts"
import { type Dimension, dimensionsOf, isReplicate } from "./Sweep.ts"
import { isTimed, secondsOf, type TimedTask, type TimesQuestion } from "./TaskTimes.ts"

/** What the pipeline asks for; stages that the run does not have are left out. */
export const askedTimes = (
  asked: ReadonlyArray<PlanTimes>,
  stages: ReadonlyArray<ReportStage>
): ReadonlyArray<TimesQuestion> => {
  const known = new Map(stages.map((stage) => [stage.id, stage.tasks]))
  return asked.map(({ lines, against, title = `Against ${against}` }) => {
    const [only, ...others] = lines
    const tasksOf = ({ stage, values }: PlanTimes["lines"][number]): ReadonlyArray<ReportTask> =>
      (known.get(stage) ?? []).filter(({ matrix }) =>
        Object.entries(values).every(([name, text]) => {
          const value = matrix[name]
          return value !== undefined && formatValue(value) === text
        })
      )
    if (only !== undefined && others.length === 0) return { ...splitTasks(only.stage, tasksOf(only), against), title }
    return {
      ...{ title, against, by: undefined },
      lines: lines.map((line) => ({ label: labelOf(line), tasks: tasksOf(line) }))
    }
  })
}

/** `search@method=TOPO`. */
const labelOf = ({ stage, values }: PlanTimes["lines"][number]): string => {
  const texts = Object.entries(values).map(([name, text]) => `${name}=${text}`)
  return texts.length === 0 ? stage : `${stage}@${texts.join(",")}`
}

/** Figures where the pipeline asks for none; sizes from which on there is something to see. */
const [MAX_FIGURES, FEWEST_SIZES] = [3, 3]

/** Mean seconds of the tasks of a stage from which on anybody asks how long they take. */
const WORTH_DRAWING = 0.05

/** A figure for each dimension with numbers: the stages that it takes longest to compute, or one stage by another dimension. */
export const usualTimes = (stages: ReadonlyArray<ReportStage>): ReadonlyArray<TimesQuestion> => {
  const sized = stages.flatMap((stage) => sizedOf(stage) ?? [])
  const names = new Set(sized.flatMap(({ dimensions }) => dimensions))
  return [...names].slice(0, MAX_FIGURES).map((against): TimesQuestion => {
    const having = sized.filter(({ dimensions }) => dimensions.includes(against))
    const [only, ...others] = having
    if (only !== undefined && others.length === 0) return splitTasks(only.id, only.tasks, against)
    const longest = having.toSorted((a, b) => b.seconds - a.seconds).slice(0, MAX_TIMED)
    return {
      ...{ title: `Against ${against}`, against, by: undefined },
      lines: longest.map(({ id, tasks }) => ({ label: id, tasks }))
    }
  })
}

interface SizedStage {
  readonly id: string
  readonly tasks: ReadonlyArray<TimedTask>
  /** Those with numbers, of which there are enough. */
  readonly dimensions: ReadonlyArray<string>
  readonly seconds: number
}

/** `undefined` of a stage of which there is nothing to tell: it is over at once, or has one size. */
const sizedOf = ({ id, tasks: all }: ReportStage): SizedStage | undefined => {
  const tasks = all.filter(isTimed)
  const seconds = tasks.reduce((sum, task) => sum + secondsOf(task, "processor time"), 0)
  // Looked at first: a run may have a hundred thousand brief tasks.
  if (seconds < WORTH_DRAWING * tasks.length) return undefined
  const isSized = ({ name, isNumeric, values }: Dimension): boolean =>
    isNumeric && !isReplicate(name) && values.length >= FEWEST_SIZES
  const dimensions = dimensionsOf(tasks)
    .filter(isSized)
    .map(({ name }) => name)
  return dimensions.length === 0 ? undefined : { id, tasks, dimensions, seconds }
}

/** A line for each value of the other dimension with the fewest, where these have a colour each. */
const splitTasks = (stage: string, tasks: ReadonlyArray<ReportTask>, against: string): TimesQuestion => {
  const dimension = dimensionsOf(tasks)
    .filter(({ name, values }) => name !== against && !isReplicate(name) && values.length <= MAX_TIMED)
    .toSorted((a, b) => a.values.length - b.values.length)[0]
  const title = `${stage} against ${against}`
  if (dimension === undefined) return { title, against, by: undefined, lines: [{ label: stage, tasks }] }
  return { title, against, by: dimension.name, lines: linesBy(dimension, tasks) }
}

const linesBy = ({ name, values }: Dimension, tasks: ReadonlyArray<ReportTask>): TimesQuestion["lines"] => {
  const textOf = (value: Json | undefined): string => (value === undefined ? "–" : matrixText(value))
  const byText = Map.groupBy(tasks, ({ matrix }) => textOf(matrix[name]))
  return [...new Set([...values, undefined].map(textOf))].flatMap((label) => {
    const members = byText.get(label)
    return members === undefined ? [] : [{ label, tasks: members }]
  })
}
