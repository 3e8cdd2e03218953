/** Whether a run gives what the runs before it gave: expectations, metrics, times, and bytes that should not change. */
import { durationText } from "../observe/duration.ts"
import type { Verdict } from "../report/judge-expectations.ts"
import { numberText } from "../report/quantity-text.ts"
import { type Spread, sinceLastShift, spreadOf } from "./spread.ts"

/** What is compared of a run. */
export interface RunFacts {
  readonly run: string
  readonly traceId: string
  /** How its expectations stand, by metric. */
  readonly verdicts: ReadonlyMap<string, Verdict>
  /** By `task.metric`, of tasks that it has computed itself: what was found in the store says nothing new. */
  readonly metrics: ReadonlyMap<string, number>
  /** Milliseconds that the tasks of a stage took one after the other, where it has computed all of them. */
  readonly stages: ReadonlyMap<string, number>
  /** Keys and digests of outputs, by task, of those that it has computed and that are to give the same bytes. */
  readonly results: ReadonlyMap<string, Result>
  /** What its times depend on: runs on another machine, or with more cores, tell nothing of them. */
  readonly machine: string
}

export interface Result {
  readonly key: string
  readonly outputs: { readonly [port: string]: string }
}

/** Something that is not as it was; `words` say so for a person. */
export type Finding =
  | {
      readonly kind: "expectation"
      readonly metric: string
      readonly before: Verdict
      readonly now: Verdict
      readonly words: string
    }
  | {
      readonly kind: "metric"
      readonly metric: string
      readonly value: number
      readonly median: number
      /** How far it may lie from the median. */
      readonly allowed: number
      /** How many runs that is taken from. */
      readonly runs: number
      readonly words: string
    }
  | {
      readonly kind: "stage"
      readonly stage: string
      readonly millis: number
      readonly medianMillis: number
      readonly allowedMillis: number
      readonly runs: number
      readonly run: string
      readonly traceId: string
      readonly words: string
    }
  | {
      readonly kind: "result"
      readonly task: string
      readonly port: string
      readonly before: string
      readonly now: string
      readonly run: string
      readonly words: string
    }

/** Runs without which a spread is an accident. */
export const LEAST_RUNS = 5

/** Deviations from the median that are no drift: of normal ones 1 of 16,000 lies further out. */
export const ALLOWED_DEVIATIONS = 4

/** Of the median: what numbers that never differed may, as another version of a library rounds otherwise. */
export const ROUNDING = 1e-9

/** Of the median: what times may differ by though they hardly ever did, and milliseconds that nobody cares about. */
export const SLOWER = { share: 0.25, millis: 1000 } as const

/** What is not as in the runs before, the latest of which come first. Expectations go by the last that judged them. */
export const findDrift = (now: RunFacts, before: ReadonlyArray<RunFacts>): ReadonlyArray<Finding> => [
  ...changedVerdicts(now, before),
  ...movedMetrics(now, before),
  ...slowerStages(now, before),
  ...changedResults(now, before)
]

const changedVerdicts = (now: RunFacts, before: ReadonlyArray<RunFacts>): ReadonlyArray<Finding> =>
  [...now.verdicts].flatMap(([metric, verdict]) => {
    const last = before.find(({ verdicts }) => verdicts.has(metric))?.verdicts.get(metric)
    const isMet = verdict === "met"
    if (last === undefined || isMet === (last === "met")) return []
    const words = isMet ? `${metric} is met again` : `${metric} is ${verdict === "missed" ? "newly missed" : verdict}`
    return [{ kind: "expectation", metric, before: last, now: verdict, words }]
  })

const movedMetrics = (now: RunFacts, before: ReadonlyArray<RunFacts>): ReadonlyArray<Finding> =>
  [...now.metrics].flatMap(([metric, value]) => {
    const known = usual(before.map(({ metrics }) => metrics.get(metric)))
    if (known.count < LEAST_RUNS) return []
    const { count: runs, median } = known
    const allowed = allowedBy(known, ROUNDING * Math.abs(median))
    // What is not a number is no farther away than allowed.
    if (Math.abs(value - median) <= allowed || Object.is(value, median)) return []
    const words = `${metric} is ${numberText(value)}, and was ${around(median, allowed)} in ${runs} runs`
    return [{ kind: "metric", metric, value, median, allowed, runs, words }]
  })

const slowerStages = (now: RunFacts, before: ReadonlyArray<RunFacts>): ReadonlyArray<Finding> => {
  const { machine, run, traceId } = now
  const alike = before.filter((other) => other.machine === machine)
  return [...now.stages].flatMap(([stage, millis]) => {
    const known = usual(alike.map(({ stages }) => stages.get(stage)))
    if (known.count < LEAST_RUNS) return []
    const { count: runs, median: medianMillis } = known
    const allowedMillis = allowedBy(known, Math.max(SLOWER.millis, SLOWER.share * medianMillis))
    if (millis <= medianMillis + allowedMillis) return []
    const words = `${stage} took ${durationText(millis)}, and ${durationText(medianMillis)} in ${runs} runs`
    return [{ kind: "stage", stage, millis, medianMillis, allowedMillis, runs, run, traceId, words }]
  })
}

/** The same key, and other bytes, where the stage type says that there is only one result. */
const changedResults = (now: RunFacts, before: ReadonlyArray<RunFacts>): ReadonlyArray<Finding> =>
  [...now.results].flatMap(([task, { key, outputs }]) => {
    const same = before.find(({ results }) => results.get(task)?.key === key)
    const earlier = same?.results.get(task)?.outputs ?? {}
    return Object.entries(outputs).flatMap(([port, digest]) => {
      const old = earlier[port]
      if (same === undefined || old === undefined || old === digest) return []
      const words = `${task}.${port} has other bytes than in ${same.run}, by the same code from the same inputs`
      return [{ kind: "result", task, port, before: old, now: digest, run: same.run, words } as const]
    })
  })

/** The spread of what runs had, the latest of which come first, at the level that they have come to. */
const usual = (values: ReadonlyArray<number | undefined>): Spread => {
  const series = values.filter((value) => value !== undefined).toReversed()
  return spreadOf(sinceLastShift(series, LEAST_RUNS))
}

const allowedBy = ({ deviation }: Spread, least: number): number => Math.max(ALLOWED_DEVIATIONS * deviation, least)

const around = (median: number, allowed: number): string => `${numberText(median)} ± ${numberText(allowed)}`
