/** Gathers the course of each metric over the runs of a pipeline, and what was changed where it shifted. */
import { Effect } from "effect"
import type { Tolerance } from "../document/PipelineDocument.ts"
import { causesBetween, type RunCauses } from "../explain/causes-between.ts"
import { courseOf, type Reading, type Shift } from "../explain/metric-course.ts"
import { expectedOf, type Plan } from "../plan/Plan.ts"
import { stageOf } from "../plan/task-id.ts"
import type { RunFolder } from "../record/RunFolder.ts"
import { type PastRun, RunHistory } from "../record/RunHistory.ts"
import { outcomeOf, type RunState } from "../record/RunState.ts"
import type { ExplainedShift, HistoryModel, HistoryRun, MetricHistory, ProfileHistory } from "./HistoryModel.ts"

/** Runs that are read, the latest ones. */
const MAX_RUNS = 500

/** Pairs of runs between which it is asked what was changed, the latest ones: their plans and journals are read for it. */
const MAX_EXPLAINED = 60

/** The history of a pipeline by its name. */
export const collectHistory = Effect.fn("collectHistory")(function* (
  pipeline: string,
  folders: ReadonlyArray<RunFolder>
) {
  const history = yield* RunHistory
  const told = folders.slice(0, MAX_RUNS).toReversed()
  const profiles = new Map<string, Gathered>()
  for (const folder of told) {
    const state = yield* history.state(folder)
    gather(profiles, folder, state)
  }
  const latestFirst = [...profiles].sort(([, a], [, b]) => lastOf(b) - lastOf(a))
  const courses = yield* Effect.forEach(
    latestFirst,
    Effect.fnUntraced(function* ([profile, gathered]) {
      const plan = yield* latestPlan(gathered.folders)
      return { profile, gathered, metrics: coursesOf(gathered, plan) }
    })
  )
  const explained = yield* explainLatest(courses)
  return {
    pipeline,
    profiles: courses.map(
      ({ profile, gathered, metrics }): ProfileHistory => ({
        profile,
        runs: gathered.runs,
        metrics: inOrder(
          metrics.map((metric) => ({
            ...metric,
            shifts: metric.course.shifts.map((shift) => explained.get(shift) ?? { ...shift, causes: undefined })
          }))
        )
      })
    ),
    leftOut: Math.max(0, folders.length - MAX_RUNS)
  } satisfies HistoryModel
})

/** What the runs of a profile recorded. */
interface Gathered {
  readonly folders: Array<RunFolder>
  readonly runs: Array<HistoryRun>
  readonly readings: Map<string, Array<Reading>>
  /** The task of each metric. */
  readonly tasks: Map<string, string>
}

const gather = (profiles: Map<string, Gathered>, folder: RunFolder, state: RunState): void => {
  const { started } = state
  if (started === undefined) return
  const metrics = [...state.tasks.values()].flatMap(({ task, metrics, ...told }) =>
    Object.entries(metrics).map(([metric, value]) => ({ task, name: `${task}.${metric}`, value, told }))
  )
  // One that recorded nothing, for it failed early, is no point on any course.
  if (metrics.length === 0) return
  const gathered: Gathered = profiles.get(started.profile) ?? {
    folders: [],
    runs: [],
    readings: new Map(),
    tasks: new Map()
  }
  profiles.set(started.profile, gathered)
  const run = gathered.runs.push({ id: folder.id, at: started.at, outcome: outcomeOf(state) }) - 1
  gathered.folders.push(folder)
  for (const { task, name, value, told } of metrics) {
    // Of a journal that does not say who computed what it found, results with the same key are taken for one.
    const computation = told.status === "hit" ? (told.computedBy ?? told.key ?? "") : folder.id
    const readings = gathered.readings.get(name) ?? []
    readings.push({ run, value, computation })
    gathered.readings.set(name, readings)
    gathered.tasks.set(name, task)
  }
}

const lastOf = ({ runs }: Gathered): number => runs.at(-1)?.at ?? 0

/** The plan of the latest run that still has one. */
const latestPlan = Effect.fnUntraced(function* (folders: ReadonlyArray<RunFolder>) {
  const history = yield* RunHistory
  for (const folder of folders.toReversed()) {
    const plan = yield* Effect.catchTag(history.plan(folder), "RunUnknown", () => Effect.undefined)
    if (plan !== undefined) return plan
  }
  return undefined
})

interface CourseOfMetric extends Omit<MetricHistory, "shifts"> {
  readonly task: string
}

const coursesOf = ({ readings, tasks }: Gathered, plan: Plan | undefined): ReadonlyArray<CourseOfMetric> => {
  const exact = new Set(
    plan?.stages.flatMap(({ id, determinism }) => (determinism === "bitwise" || determinism === "libm" ? [id] : []))
  )
  const goals = new Map<string, Tolerance>(
    plan?.expectations.flatMap((each) =>
      expectedOf(each).map((task) => [`${plan.tasks[task]?.id}.${each.metric}`, each.expected.tolerance] as const)
    )
  )
  return [...readings].map(([name, points]) => {
    const task = tasks.get(name) ?? ""
    return { name, task, goal: goals.get(name), course: courseOf(points, { isExact: exact.has(stageOf(task)) }) }
  })
}

const inOrder = (metrics: ReadonlyArray<MetricHistory>): ReadonlyArray<MetricHistory> => {
  const rank = ({ goal, shifts }: MetricHistory): number => (goal !== undefined ? 0 : shifts.length > 0 ? 1 : 2)
  return metrics.toSorted((a, b) => rank(a) - rank(b))
}

/** The causes of the latest shifts. */
const explainLatest = Effect.fnUntraced(function* (
  profiles: ReadonlyArray<{ readonly gathered: Gathered; readonly metrics: ReadonlyArray<CourseOfMetric> }>
) {
  const all = profiles.flatMap(({ gathered, metrics }) =>
    metrics.flatMap(({ task, course }) => course.shifts.map((shift) => ({ task, shift, gathered })))
  )
  const atOf = ({ shift, gathered }: (typeof all)[number]): number => gathered.runs[shift.after]?.at ?? 0
  const load = yield* pastRuns
  const explained = new Map<Shift, ExplainedShift>()
  const known = new Map<string, RunCauses | undefined>()
  for (const { task, shift, gathered } of all.toSorted((a, b) => atOf(b) - atOf(a))) {
    const [before, after] = [gathered.folders[shift.before], gathered.folders[shift.after]]
    if (before === undefined || after === undefined) continue
    const pair = `${before.id} ${after.id}`
    if (!known.has(pair) && known.size < MAX_EXPLAINED) known.set(pair, yield* causesAt(load, before, after))
    explained.set(shift, { ...shift, causes: causesOf(known.get(pair), stageOf(task)) })
  }
  return explained
})

type LoadRun = (folder: RunFolder) => ReturnType<RunHistory["Service"]["load"]>

/** `undefined` where the plan of one is gone. */
const causesAt = Effect.fnUntraced(function* (load: LoadRun, before: RunFolder, after: RunFolder) {
  const runs = Effect.all([load(before), load(after)])
  const pair = yield* Effect.catchTag(runs, "RunUnknown", () => Effect.undefined)
  return pair && (yield* causesBetween(pair[0], pair[1]))
})

const causesOf = (found: RunCauses | undefined, stage: string): ExplainedShift["causes"] =>
  found === undefined || found.unexplained.includes(stage)
    ? undefined
    : found.causes.filter(({ stages }) => stages.includes(stage))

/** Runs that are kept in memory: many metrics shift at once, and neighbours follow each other. */
const KEPT = 4

const pastRuns = Effect.map(RunHistory, (history): LoadRun => {
  const kept = new Map<string, PastRun>()
  return Effect.fnUntraced(function* (folder) {
    const run = kept.get(folder.id) ?? (yield* history.load(folder))
    kept.delete(folder.id)
    kept.set(folder.id, run)
    for (const id of kept.keys()) if (kept.size > KEPT) kept.delete(id)
    return run
  })
})
