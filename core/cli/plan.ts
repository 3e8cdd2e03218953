/** `pipeline plan`: what would run, what is cached, and why. */
import { Effect } from "effect"
import { noteOutcomes } from "../explain/note-outcomes.ts"
import { durationText } from "../observe/duration.ts"
import { compatibleText } from "../plan/compatible.ts"
import { PROCESSOR } from "../plan/device-class.ts"
import type { PendingStage, Plan } from "../plan/Plan.ts"
import { haveRun, reuse, reuseOfMany } from "../plan/reason.ts"
import { stageOf } from "../plan/task-id.ts"
import { assess } from "../run/assess.ts"
import { type GrownByStore, growByStore } from "../run/grow-by-store.ts"
import { stageHistory } from "../run/past-results.ts"
import { ActionStore } from "../store/ActionStore.ts"
import { beforeStore, type TakeRead } from "./before-store.ts"
import { EXIT, type ExitStatus } from "./exit-status.ts"
import { type ForcedAssessment, forceTasks, type Outlook } from "./force-tasks.ts"
import { type Forecast, forecast } from "./forecast.ts"
import { idleDimensions } from "./idle-dimensions.ts"
import { lackingInputs } from "./lacking-inputs.ts"
import { missingTasks, namedTasks, type PipelineChoices, restrict, targetTasks } from "./load-pipeline.ts"
import { loadPlan } from "./load-plan.ts"
import { print, printError, printJson, table } from "./output.ts"
import { tellOutsidePaths } from "./outside-paths.ts"
import { preparingLayer } from "./services.ts"

export interface PlanChoices extends PipelineChoices {
  readonly targets: ReadonlyArray<string>
  readonly json: boolean
  readonly exitCode: boolean
  /** Every task on its own line, instead of one line for tasks of a stage that share a fate. */
  readonly all: boolean
  /** Stages and tasks that a run would compute anew, cached or not. */
  readonly force?: ReadonlyArray<string>
}

/** Prints the plan. */
export const plan = (choices: PlanChoices) =>
  Effect.flatMap(beforeStore(choices), (read) => Effect.provide(planIt(choices, read), preparingLayer))

const planIt = Effect.fnUntraced(function* (choices: PlanChoices, read: TakeRead) {
  const { growing } = yield* loadPlan(choices, read)
  const force = choices.force ?? []
  const asked = yield* restrict(growing, choices.targets)
  yield* targetTasks(asked.plan, force, growing.plan)
  const { plan: part, refused } = yield* growByStore(asked, (larger) => namedTasks(larger, force))
  const forced = namedTasks(part, force)
  const assessment = forceTasks(noteOutcomes(yield* assess(part)), forced)
  const expected = forecast(assessment, stageHistory(yield* ActionStore))
  if (choices.json) printJson(describePlan(assessment, expected, refused))
  else print(renderPlan(assessment, expected, refused, choices.all))
  for (const { target, state } of missingTasks(part, [...choices.targets, ...force]))
    printError(`warning: ${target} is ${state}`)
  tellOutsidePaths(part)
  const isNeeded = part.pending !== undefined || assessment.prospects.some(({ _tag }) => _tag !== "Cached")
  const status: ExitStatus = choices.exitCode && isNeeded ? EXIT.unmet : EXIT.success
  return status
})

type Refused = GrownByStore["refused"]

const WORDS = { Cached: "cached", Run: "run", WillRun: "run", Asked: "run", MayRun: "may run" } as const

const STATES = { Cached: "cached", Run: "run", WillRun: "run", Asked: "run", MayRun: "maybe" } as const

const reasonIn = ({ tasks }: Plan, prospect: Outlook, task: number): string => {
  switch (prospect._tag) {
    case "Cached":
      return [reuse(tasks[task]?.id ?? "", prospect.record.task), compatibleText(prospect.keyed.parts, prospect.record)]
        .filter((part) => part !== "")
        .join(", ")
    case "Asked":
      return "asked for"
    case "Run":
      return prospect.explanation.text
    case "WillRun":
      return `${prospect.explanation.text}; after ${prospect.after.join(", ")}`
    case "MayRun":
      return `after ${prospect.after.join(", ")}: cut off if its inputs stay the same`
  }
}

/** A reason in words that tasks of one stage can have in common: of whoever made their results the stage alone. */
const sharedReason = (plan: Plan, prospect: Outlook, task: number): string => {
  if (prospect._tag !== "Cached") return reasonIn(plan, prospect, task)
  const { keyed, record } = prospect
  return [reuseOfMany(plan.tasks[task]?.id ?? "", record.task), compatibleText(keyed.parts, record)]
    .filter((part) => part !== "")
    .join(", ")
}

const describePlan = (
  { plan, prospects }: ForcedAssessment,
  { durations, work, criticalPath, unknown }: Forecast,
  refused: Refused
) => ({
  pipeline: plan.name,
  profile: plan.profile,
  params: plan.params,
  tasks: plan.tasks.map((task, index) => {
    const prospect = prospects[index]
    return {
      task: task.id,
      stage: plan.stages[task.stage]?.id,
      stageType: plan.stages[task.stage]?.stageType,
      device: task.device ?? PROCESSOR,
      state: STATES[prospect?._tag ?? "MayRun"],
      reason: prospect === undefined ? "" : reasonIn(plan, prospect, index),
      ...keyOf(prospect),
      predictedMillis: durations[index] ?? null
    }
  }),
  pending: (plan.pending ?? []).map((stage) => ({
    stage: stage.id,
    stageType: stage.stageType,
    after: waitingFor(plan, stage),
    refused: refused.get(stage.id)?.message
  })),
  predicted: { workMillis: work, criticalPathMillis: criticalPath, unknownTasks: unknown }
})

/** What waits for another task has no key yet. */
const keyOf = (prospect: Outlook | undefined): { readonly key?: string } => {
  if (prospect === undefined || prospect._tag === "MayRun" || prospect._tag === "WillRun") return {}
  const key = prospect._tag === "Asked" ? prospect.key : prospect.keyed.key
  return key === undefined ? {} : { key }
}

const renderPlan = (
  { plan: whole, prospects }: ForcedAssessment,
  expected: Forecast,
  refused: Refused,
  all: boolean
): string => {
  const rows = whole.stages.flatMap((stage) => {
    const fateOf = (task: number): string => {
      const prospect = prospects[task]
      return all || prospect === undefined ? String(task) : `${prospect._tag} ${sharedReason(whole, prospect, task)}`
    }
    return [...Map.groupBy(stage.tasks, fateOf).values()].map((group) => {
      const [first = 0] = group
      const prospect = prospects[first]
      const name =
        group.length === 1
          ? (whole.tasks[first]?.id ?? stage.id)
          : `${stage.id} (${group.length} of ${stage.tasks.length})`
      return [
        prospect === undefined ? "" : WORDS[prospect._tag],
        name,
        prospect?._tag === "Cached" ? "" : `~${totalText(group.map((task) => expected.durations[task]))}`,
        prospect === undefined ? "" : (group.length === 1 ? reasonIn : sharedReason)(whole, prospect, first)
      ]
    })
  })
  const count = (word: string): number => prospects.filter(({ _tag }) => WORDS[_tag] === word).length
  const waiting = whole.pending?.length ?? 0
  const unknown = waiting === 0 ? "" : `, those of ${waiting} ${waiting === 1 ? "stage" : "stages"} unknown`
  const counts = `${count("run")} to run, ${count("may run")} may run, ${count("cached")} cached${unknown}`
  return `${table([...rows, ...pendingRows(whole, refused), ...leftOutRows(whole)], new Set([2]))}\n\n${[[counts, ...timeTexts(expected)].join(" · "), ...idleTexts(whole, prospects), ...lackingInputs(whole)].join("\n")}`
}

/** Dimensions that make no difference: somebody may have forgotten to use them. */
const idleTexts = (plan: Plan, prospects: ReadonlyArray<Outlook>): ReadonlyArray<string> =>
  plan.stages.flatMap(({ id, tasks }) =>
    idleDimensions(
      tasks.map((task) => ({ matrix: plan.tasks[task]?.matrix ?? {}, key: keyOf(prospects[task]).key }))
    ).map((name) => `${id}: ${name} makes no difference, tasks that differ in it alone have the same key`)
  )

/** Stages whose tasks are not known yet. */
const pendingRows = (plan: Plan, refused: Refused): ReadonlyArray<ReadonlyArray<string>> =>
  (plan.pending ?? []).map((stage) => [
    refused.has(stage.id) ? "fails" : "unknown",
    stage.id,
    "",
    refused.get(stage.id)?.message ?? `its tasks are known ${decidedBy(plan, stage)}`
  ])

/** What it waits for: lists that tasks make, and stages that have to be known themselves. */
const decidedBy = (plan: Plan, stage: PendingStage): string => {
  const makers = waitingFor(plan, { ...stage, after: [] })
  return [
    ...(makers.length === 0 ? [] : [`when ${haveRun(makers)}`]),
    ...(stage.after.length === 0 ? [] : [`after those of ${stage.after.join(", ")}`])
  ].join(", ")
}

/** Tasks and stages that decide which tasks a stage has. */
const waitingFor = (
  { tasks }: Plan,
  { waitsFor, after }: Pick<PendingStage, "waitsFor" | "after">
): ReadonlyArray<string> => [...new Set([...waitsFor.map(({ task }) => tasks[task]?.id ?? ""), ...after])]

/** What is not part of it, with its reason: one row for tasks of one stage that share it. */
const leftOutRows = ({ leftOut = [] }: Plan): ReadonlyArray<ReadonlyArray<string>> =>
  [...Map.groupBy(leftOut, ({ task, because }) => `${stageOf(task)} ${because}`).values()].map((group) => {
    const [{ task, because } = { task: "", because: "" }] = group
    const name = group.length === 1 ? task : `${stageOf(task)} (${group.length} tasks)`
    return ["not part", name, "", because]
  })

/** Tasks of one stage are all known, or none is. */
const totalText = (durations: ReadonlyArray<number | undefined>): string =>
  durations.includes(undefined) ? "?" : durationText(durations.reduce<number>((sum, millis) => sum + (millis ?? 0), 0))

const timeTexts = ({ work, least, unknown }: Forecast): ReadonlyArray<string> => [
  ...(work === 0
    ? []
    : [`about ${durationText(work)} of work${least === 0 ? "" : `, at least ${durationText(least)}`}`]),
  ...(unknown === 0 ? [] : [`time unknown for ${unknown} ${unknown === 1 ? "task" : "tasks"}`])
]
