/** Judges a metric that several tasks record: what is expected, each of them has to meet. */
import type { ExpectationDocument } from "../document/PipelineDocument.ts"
import { beyond, type Judgement, judge } from "./judge-expectations.ts"

/** What a task has recorded. */
export interface MeasuredTask {
  readonly task: string
  readonly measured: number | undefined
  /** Why there is nothing. */
  readonly absence: string | undefined
}

/** How those tasks stand of which an expectation speaks, where these are several. */
export interface Every {
  readonly tasks: number
  readonly met: number
  readonly missed: number
  /** The task that is furthest beyond what is expected, or nearest to it where all meet it: its number is shown. */
  readonly worst: string
}

/** The judgement, with the position of the task whose number it tells. At least one task. */
export const judgeEvery = (
  expected: ExpectationDocument,
  tasks: ReadonlyArray<MeasuredTask>
): { readonly judgement: Judgement; readonly worst: number } => {
  const judged = tasks.map(({ measured, absence }) => judge(expected, measured, absence))
  const [only] = judged
  if (only === undefined) throw new RangeError("an expectation without a task")
  if (judged.length === 1) return { judgement: only, worst: 0 }
  const missed = judged.filter(({ verdict }) => verdict === "missed").length
  const met = judged.filter(({ verdict }) => verdict === "met").length
  const isAbsent = missed === 0 && met < judged.length
  const worst = isAbsent ? judged.findIndex(({ verdict }) => verdict === "not recorded") : worstOf(judged)
  const told = judged[worst] ?? only
  const every: Every = { tasks: judged.length, met, missed, worst: tasks[worst]?.task ?? "" }
  const isAlike = isAbsent && judged.every((each) => each.words === told.words)
  return { judgement: { ...told, every, words: isAlike ? told.words : words(every, told) }, worst }
}

/** The position of the number that is furthest beyond what is expected; one that is not finite is further than all. */
const worstOf = (judged: ReadonlyArray<Judgement>): number => {
  const excess = judged.map(({ measured, tolerance }) => {
    if (measured === undefined) return Number.NEGATIVE_INFINITY
    return Number.isFinite(measured) ? beyond(tolerance, measured) : Number.POSITIVE_INFINITY
  })
  return excess.indexOf(excess.reduce((most, each) => Math.max(most, each), Number.NEGATIVE_INFINITY))
}

const words = ({ tasks, met, missed, worst }: Every, told: Judgement): string => {
  const absent = tasks - met - missed
  if (missed > 0) {
    const others = absent === 0 ? "" : `, not recorded by ${absent}`
    return `missed by ${missed} of ${tasks} tasks${others}; the worst is ${worst}: ${told.words}`
  }
  const whose =
    absent === tasks ? `none of ${tasks} tasks recorded it` : `${absent} of ${tasks} tasks did not record it`
  if (absent > 0) return `${whose}; ${worst}: ${told.words}`
  return `met by all ${tasks} tasks; the worst is ${worst}`
}
