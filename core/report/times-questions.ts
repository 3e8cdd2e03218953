/** Which figures of times a report has: those that the pipeline asks for, or the ones that tell most. */
import type { PlanTimes } from "../plan/Plan.ts"
import { formatValue } from "../plan/task-id.ts"
import type { ReportStage, ReportTask } from "./ReportModel.ts"
import { type Dimension, dimensionsOf, isReplicate } from "./Sweep.ts"
import { BRIEF, isTimed, type TimesQuestion } from "./TaskTimes.ts"

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

/** Figures where the pipeline asks for none; lines of each; sizes from which on there is something to see. */
const [MAX_FIGURES, MAX_LINES, FEWEST_SIZES] = [3, 7, 3]

/** A figure for each dimension with numbers: the stages that it takes longest to compute, or one stage by another dimension. */
export const usualTimes = (stages: ReadonlyArray<ReportStage>): ReadonlyArray<TimesQuestion> => {
  const timed = stages
    .map(({ id, tasks }) => ({ id, tasks: tasks.filter(isTimed) }))
    .filter(({ tasks }) => tasks.length >= FEWEST_SIZES)
    .map((stage) => ({
      ...stage,
      dimensions: dimensionsOf(stage.tasks).filter(
        ({ name, isNumeric, values }) => isNumeric && !isReplicate(name) && values.length >= FEWEST_SIZES
      ),
      seconds: stage.tasks.reduce((sum, { computed }) => sum + computed.durationMillis, 0) / 1000
    }))
    // Of a stage whose tasks are over at once there is nothing to tell.
    .filter(({ tasks, seconds }) => seconds > BRIEF * tasks.length)
  const names = [...new Set(timed.flatMap(({ dimensions }) => dimensions.map(({ name }) => name)))]
  return names.slice(0, MAX_FIGURES).map((against): TimesQuestion => {
    const having = timed.filter(({ dimensions }) => dimensions.some(({ name }) => name === against))
    const [only, ...others] = having
    if (only !== undefined && others.length === 0) return splitTasks(only.id, only.tasks, against)
    const longest = having.toSorted((a, b) => b.seconds - a.seconds).slice(0, MAX_LINES)
    return {
      ...{ title: `Against ${against}`, against, by: undefined },
      lines: longest.map(({ id, tasks }) => ({ label: id, tasks }))
    }
  })
}

/** A line for each value of the other dimension with the fewest, where these have a colour each. */
const splitTasks = (stage: string, tasks: ReadonlyArray<ReportTask>, against: string): TimesQuestion => {
  const dimension = dimensionsOf(tasks)
    .filter(({ name, values }) => name !== against && !isReplicate(name) && values.length <= MAX_LINES)
    .toSorted((a, b) => a.values.length - b.values.length)[0]
  const title = `${stage} against ${against}`
  if (dimension === undefined) return { title, against, by: undefined, lines: [{ label: stage, tasks }] }
  return { title, against, by: dimension.name, lines: linesBy(dimension, tasks) }
}

const linesBy = ({ name, values }: Dimension, tasks: ReadonlyArray<ReportTask>): TimesQuestion["lines"] => {
  const textOf = ({ matrix }: ReportTask): string | undefined => {
    const value = matrix[name]
    return value === undefined ? undefined : formatValue(value)
  }
  const byText = Map.groupBy(tasks, textOf)
  return [...new Set(values.map(formatValue))].map((label) => ({ label, tasks: byText.get(label) ?? [] }))
}
