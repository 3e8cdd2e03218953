/** What the progress of a stage lets one expect: share done, pace, time left. */
import { type RunningTask, type StageProgress, settled } from "./ProgressState.ts"

/** Units a second of a running task; `undefined` before there are two reports that differ. */
const paceOf = ({ samples }: RunningTask): number | undefined => {
  if (samples === undefined) return undefined
  const [first, , last] = samples
  const seconds = (last.at - first.at) / 1000
  return seconds > 0 && last.done > first.done ? (last.done - first.done) / seconds : undefined
}

/** Share of a running task that is done, 0 to 1. */
const shareOfTask = ({ report }: RunningTask): number =>
  report === undefined || !(report.total > 0) ? 0 : Math.min(1, Math.max(0, report.done / report.total))

/** Share of a stage that is done, 0 to 1: each task counts the same. */
export const shareOfStage = (stage: StageProgress, running: ReadonlyArray<RunningTask>): number => {
  if (stage.total === 0) return 1
  const inside = running.reduce((sum, task) => sum + shareOfTask(task), 0)
  return Math.min(1, (settled(stage) + inside) / stage.total)
}

/** Pace of all running tasks together, when all that report count the same units. */
export const paceOfStage = (
  running: ReadonlyArray<RunningTask>
): { readonly perSecond: number; readonly unit: string } | undefined => {
  let perSecond = 0
  let unit: string | undefined
  for (const task of running) {
    const pace = paceOf(task)
    if (pace === undefined || task.report === undefined) continue
    if (unit !== undefined && unit !== task.report.unit) return undefined
    unit = task.report.unit
    perSecond += pace
  }
  return unit === undefined ? undefined : { perSecond, unit }
}

/**
 * Milliseconds until a stage is done, from the pace of its running tasks and the time its finished ones took.
 *
 * Assumes that as many run at a time as do now, and that what waits takes as long as its sisters. `undefined` when
 * nothing runs or nothing is known of some task.
 */
export const timeLeft = (
  stage: StageProgress,
  running: ReadonlyArray<RunningTask>,
  now: number
): number | undefined => {
  if (running.length === 0) return undefined
  const typical = stage.done > 0 ? stage.workMillis / stage.done : undefined
  let work = 0
  let longest = 0
  let expected = 0
  for (const task of running) {
    const left = leftOfTask(task, typical, now)
    if (left === undefined) return undefined
    work += left
    longest = Math.max(longest, left)
    expected += (now - task.startedAt + left) / running.length
  }
  work += Math.max(0, stage.total - settled(stage) - running.length) * (typical ?? expected)
  return Math.max(longest, work / running.length)
}

const leftOfTask = (task: RunningTask, typical: number | undefined, now: number): number | undefined => {
  const pace = paceOf(task)
  if (pace !== undefined && task.report !== undefined && task.samples !== undefined) {
    const sinceReport = now - task.samples[2].at
    return Math.max(0, (1000 * (task.report.total - task.report.done)) / pace - sinceReport)
  }
  return typical === undefined ? undefined : Math.max(0, typical - (now - task.startedAt))
}
