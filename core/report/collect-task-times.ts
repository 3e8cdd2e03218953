/** Gathers and draws the times of the tasks of a run, and says on what they were measured. */
import { dirname, join } from "node:path"
import { Effect } from "effect"
import { renderSvg } from "../figure/render-svg.ts"
import type { Plan } from "../plan/Plan.ts"
import { firstEvent } from "../record/first-event.ts"
import { FILES } from "../record/RunFolder.ts"
import type { RunState } from "../record/RunState.ts"
import type { FigureImage, ReportStage } from "./ReportModel.ts"
import { type TaskTimes, taskTimes } from "./TaskTimes.ts"
import { taskTimesFigure } from "./task-times-figure.ts"
import { askedTimes, usualTimes } from "./times-questions.ts"

/** Times with their drawing. */
export interface ReportTimes {
  readonly times: TaskTimes
  readonly image: FigureImage
  /** What computed the results, the most frequent first. */
  readonly machines: ReadonlyArray<Machine>
}

/** A class of machine with the runs that computed on it. */
export interface Machine {
  /** `AMD EPYC, 2 cores, linux-x64`; `undefined` where its journal is gone. */
  readonly words: string | undefined
  readonly runs: ReadonlyArray<string>
  readonly tasks: number
}

interface RecordedRun {
  readonly folder: { readonly id: string; readonly path?: string }
  readonly plan: Pick<Plan, "times">
  readonly state: RunState
}

/** The figures that the pipeline asks for, or else the usual ones. */
export const collectTaskTimes = (
  run: RecordedRun,
  stages: ReadonlyArray<ReportStage>
): Effect.Effect<ReadonlyArray<ReportTimes>> => {
  const questions = run.plan.times === undefined ? usualTimes(stages) : askedTimes(run.plan.times, stages)
  const machineOf = machines(run)
  return Effect.forEach(
    questions.flatMap((question) => taskTimes(question) ?? []),
    (times) => Effect.map(draw(times), (image) => ({ times, image, machines: machinesOf(times, machineOf) }))
  )
}

const draw = (times: TaskTimes): Effect.Effect<FigureImage> =>
  Effect.match(renderSvg(taskTimesFigure(times)), {
    onSuccess: (svg) => ({ _tag: "Svg", svg }) as const,
    onFailure: ({ message }) => ({ _tag: "Missing", reason: message }) as const
  })

type MachineOf = (run: string) => string | undefined

const machinesOf = ({ lines }: TaskTimes, machineOf: MachineOf): ReadonlyArray<Machine> => {
  const tasks = lines.flatMap(({ points }) => points.flatMap((point) => point.tasks))
  return [...Map.groupBy(tasks, ({ computed }) => machineOf(computed.runId))]
    .map(([words, members]) => ({
      words,
      runs: [...new Set(members.map(({ computed }) => computed.runId))],
      tasks: members.length
    }))
    .sort((a, b) => b.tasks - a.tasks)
}

/** Runs whose journals are asked. */
const MAX_ASKED = 100

/** What each run was made on, as its journal says. */
const machines = ({ folder: { id, path }, state }: RecordedRun): MachineOf => {
  const known = new Map([[id, machineText(state.started?.environment)]])
  return (run) => {
    if (!known.has(run) && path !== undefined && known.size <= MAX_ASKED)
      known.set(run, readMachine(join(dirname(path), run)))
    return known.get(run)
  }
}

const readMachine = (folder: string): string | undefined => {
  try {
    const event = firstEvent(join(folder, FILES.journal))
    return event?._tag === "RunStarted" ? machineText(event.environment) : undefined
  } catch {
    // What cannot be read tells nothing, and keeps no report from being made.
    return undefined
  }
}

/** What decides how long things take, as far as a journal tells. */
const machineText = (environment: { readonly [name: string]: string } | undefined): string | undefined => {
  const { processor, cores, platform } = environment ?? {}
  const parts = [processor, cores === undefined ? undefined : cores === "1" ? "1 core" : `${cores} cores`, platform]
  return parts.filter((part) => part !== undefined && part !== "").join(", ") || undefined
}
