/** The sums of a report: what its first lines and its table of stages say. */
import { count, type ShownStatus } from "./GraphModel.ts"
import type { Verdict } from "./judge-expectations.ts"
import { type ReportModel, type ReportStage, type ReportTask, tasksOf } from "./ReportModel.ts"

export interface ReportSummary {
  readonly met: number
  readonly missed: number
  readonly notRecorded: number
  readonly counts: { readonly [status in ShownStatus]?: number }
  readonly wallMillis: number
  /** Time that the reused results once took. */
  readonly savedMillis: number
}

/** Sums over a whole report. */
export const summaryOf = (model: ReportModel): ReportSummary => {
  const verdicts = model.expectations.map(({ verdict }) => verdict)
  const tasks = tasksOf(model)
  return {
    met: verdicts.filter((verdict) => verdict === "met").length,
    missed: verdicts.filter((verdict) => verdict === "missed").length,
    notRecorded: verdicts.filter((verdict) => verdict === "not recorded").length,
    counts: count(tasks.map(({ status }) => status)),
    wallMillis: model.run.finishedAt - model.run.startedAt,
    savedMillis: sum(tasks.map(savedMillisOf))
  }
}

/** `1 missed, 2 not recorded`; empty when every expectation is met. */
export const unmetWords = ({ missed, notRecorded }: Pick<ReportSummary, "missed" | "notRecorded">): string =>
  [missed > 0 && `${missed} missed`, notRecorded > 0 && `${notRecorded} not recorded`].filter(Boolean).join(", ")

/** The worst verdict that there is. */
export const worstOf = ({ missed, notRecorded }: Pick<ReportSummary, "missed" | "notRecorded">): Verdict =>
  missed > 0 ? "missed" : notRecorded > 0 ? "not recorded" : "met"

export interface StageSummary {
  readonly counts: { readonly [status in ShownStatus]?: number }
  /** Sum over the attempts of this run. */
  readonly busyMillis: number
  /** Processor time of what ran; 0 when unknown. */
  readonly cpuMillis: number
  /** Some of what ran was over before its processor time, or its memory, could be measured: the sum, or the largest, may be more. */
  readonly isCpuPartial: boolean
  readonly isMemoryPartial: boolean
  /** From the first attempt's start to the last one's end. */
  readonly wallMillis: number
  readonly longestMillis: number
  /** The largest of what ran, in bytes; 0 when unknown. */
  readonly peakMemory: number
  readonly savedMillis: number
}

/** `≥ 1.2s` of what is known in part; nothing known stays `–`. */
export const atLeast = (isPartial: boolean, text: string): string => (isPartial && text !== "–" ? `≥ ${text}` : text)

/** Sums over the tasks of a stage. */
export const stageSummaryOf = ({ tasks }: ReportStage): StageSummary => {
  const attempts = tasks.flatMap((task) => task.attempts)
  const durations = attempts.map(({ startedAt, finishedAt }) => finishedAt - startedAt)
  const done = tasks.flatMap((task) => (task.status === "done" && task.computed !== undefined ? [task.computed] : []))
  return {
    counts: count(tasks.map(({ status }) => status)),
    busyMillis: sum(durations),
    cpuMillis: sum(done.map(({ cpuMillis }) => cpuMillis)),
    isCpuPartial: done.some(({ cpuMillis }) => cpuMillis === 0),
    isMemoryPartial: done.some(({ peakMemory }) => peakMemory === 0),
    wallMillis:
      attempts.length === 0
        ? 0
        : largest(attempts.map((one) => one.finishedAt)) - smallest(attempts.map((one) => one.startedAt)),
    longestMillis: largest(durations),
    peakMemory: largest(done.map(({ peakMemory }) => peakMemory)),
    savedMillis: sum(tasks.map(savedMillisOf))
  }
}

const savedMillisOf = ({ status, computed }: ReportTask): number =>
  status === "hit" && computed !== undefined ? computed.durationMillis : 0

const sum = (values: ReadonlyArray<number>): number => values.reduce((total, value) => total + value, 0)

// Not Math.max(...values): a hundred thousand arguments exhaust the stack.
const largest = (values: ReadonlyArray<number>): number => values.reduce((most, value) => Math.max(most, value), 0)

const smallest = (values: ReadonlyArray<number>): number =>
  values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY)
