/** `pipeline why`: which part of a key differs, field by field. */
import { Effect, Option } from "effect"
import { type Difference, differences } from "../plan/why.ts"
import { RunHistory } from "../record/RunHistory.ts"
import { resultOf } from "../record/TaskResult.ts"
import { assess, type Prospect } from "../run/assess.ts"
import type { ActionRecord } from "../store/ActionRecord.ts"
import { ActionStore } from "../store/ActionStore.ts"
import { EXIT } from "./exit-status.ts"
import { loadPipeline, type PipelineChoices, targetTasks, UsageError } from "./load-pipeline.ts"
import { print, printJson, table } from "./output.ts"
import { planningLayer } from "./services.ts"

export interface WhyChoices extends PipelineChoices {
  readonly stage: string
  readonly run: Option.Option<string>
  readonly against: Option.Option<string>
  readonly json: boolean
}

interface Answer {
  readonly task: string
  readonly state: string
  readonly against: string | undefined
  readonly differences: ReadonlyArray<Difference>
}

/** Prints why each task of a stage is cached or not; with two runs, how their keys differ. */
export const why = (choices: WhyChoices) =>
  Effect.gen(function* () {
    const { plan } = yield* loadPipeline(choices)
    const targets = yield* targetTasks(plan, [choices.stage])
    const ids = [...targets].map((index) => plan.tasks[index]?.id ?? "")
    const answers = Option.isSome(choices.run)
      ? yield* betweenRuns(ids, choices.run.value, Option.getOrUndefined(choices.against))
      : yield* Effect.map(assess(plan), ({ prospects }) =>
          [...targets].map((index) => answer(plan.tasks[index]?.id ?? "", prospects[index]))
        )
    if (choices.json) printJson(answers)
    else print(answers.map(render).join("\n"))
    return EXIT.success
  }).pipe(Effect.provide(planningLayer))

const answer = (task: string, prospect: Prospect | undefined): Answer => {
  if (prospect === undefined || prospect._tag === "MayRun") {
    const after = prospect?.after.join(", ") ?? ""
    return { task, state: `not decided before ${after} has run`, against: undefined, differences: [] }
  }
  if (prospect._tag === "Cached") {
    return { task, state: `cached: computed by run ${prospect.record.runId}`, against: undefined, differences: [] }
  }
  const { against, differences: found, text } = prospect.explanation
  return {
    task,
    state: `to run: ${text}`,
    against: against === undefined ? undefined : `${against.task} of run ${against.runId}`,
    differences: found
  }
}

const betweenRuns = Effect.fnUntraced(function* (ids: ReadonlyArray<string>, a: string, b: string | undefined) {
  if (b === undefined) return yield* new UsageError({ reason: "--run A needs --against B" })
  const [left, right] = [yield* recordsOf(a), yield* recordsOf(b)]
  return ids.map((task): Answer => {
    const [now, before] = [left.get(task), right.get(task)]
    if (now === undefined || before === undefined) {
      return { task, state: `not in run ${now === undefined ? a : b}`, against: undefined, differences: [] }
    }
    const found = differences(before, now)
    return { task, state: found.length === 0 ? "same key" : "other key", against: before.runId, differences: found }
  })
})

/** The record behind each task of a run. */
const recordsOf = Effect.fnUntraced(function* (name: string) {
  const history = yield* RunHistory
  const actions = yield* ActionStore
  const state = yield* history.state(yield* history.resolve(name))
  return new Map(
    [...state.tasks.keys()].flatMap((task): ReadonlyArray<readonly [string, ActionRecord]> => {
      const { record } = resultOf(state, task, actions)
      return record === undefined ? [] : [[task, record]]
    })
  )
})

const render = ({ task, state, against, differences: found }: Answer): string => {
  const lines = [`${task}  ${state}`]
  if (against !== undefined && found.length > 0) lines.push(`  compared with ${against}:`)
  const rows = found.map(({ part, name, before, after }) => ["   ", part, name, shorten(before), "→", shorten(after)])
  return [...lines, ...(rows.length === 0 ? [] : [table(rows)])].join("\n")
}

const shorten = (text: string | undefined): string => {
  if (text === undefined) return "(none)"
  return /^[0-9a-f]{64}$/u.test(text) ? text.slice(0, 12) : text
}
