/** The latest runs of a pipeline: what its tasks had last, and what became of them. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { asComputed, type EarlierResult } from "../plan/EarlierResult.ts"
import type { Plan, PlanTask } from "../plan/Plan.ts"
import { readPlan } from "../plan/plan-json.ts"
import { isCommand } from "../plan/why.ts"
import type { ActionRecord } from "../store/ActionRecord.ts"
import type { ActionStore } from "../store/ActionStore.ts"
import type { Digest } from "../store/Digest.ts"
import { firstEvent } from "./first-event.ts"
import { FILES, listRuns, type RunFolder } from "./RunFolder.ts"
import type { PastRun } from "./RunHistory.ts"
import { RunJournals } from "./RunJournals.ts"
import { type Records, resultOf } from "./TaskResult.ts"

/** What is kept of a run. */
export type LatestRun = Pick<PastRun, "folder" | "state">

/** A task as a plan had it. */
export interface PlannedTask {
  readonly plan: Plan
  readonly task: PlanTask
}

/** Where the results of tasks are looked up. */
export type ResultSource = Records & Pick<ActionStore["Service"], "ofTask">

/** Runs of the pipeline that are read: one may have been of a few stages only, or have failed early. */
const MAX_RUNS = 5

/** Plans that are read: long ones take a while, and stay in memory. */
const MAX_PLANS = 3

/** Runs of whatever pipeline among which they are sought. */
const MAX_FOLDERS = 200

/**
 * Each run is read when somebody first asks for it, and once: nothing is read where nothing has to be explained. Plain, for
 * loops over all tasks. What cannot be read tells nothing, and hinders nobody.
 */
export class LatestRuns {
  private readonly known: Array<LatestRun> = []
  private readonly unread: Iterator<LatestRun>
  private readonly runs: string
  private readonly pipeline: string
  /** Of which pipeline runs are, by their ids. */
  private readonly pipelines = new Map<string, string | undefined>()
  /** Tasks by name, of the runs whose plans were asked for. */
  private readonly planned = new Map<string, ReadonlyMap<string, PlannedTask>>()

  /** `before` is the id of a run that is left out, with those after it. */
  constructor(runs: string, pipeline: string, before?: string) {
    this.runs = runs
    this.pipeline = pipeline
    this.unread = readRuns(runs, pipeline, before)
  }

  /** Whether there is none. */
  get isEmpty(): boolean {
    return this.known.length === 0 && this.readNext() === undefined
  }

  /** The runs, the latest first. */
  *[Symbol.iterator](): Generator<LatestRun> {
    for (let index = 0; ; index++) {
      const run = this.known[index] ?? this.readNext()
      if (run === undefined) return
      yield run
    }
  }

  /**
   * The results that a task had: in these runs, whoever computed them, and then, for older runs are not read, those that were
   * computed under its name, up to a limit. Of either the latest come first.
   */
  *resultsOf(
    { stageType, task }: { readonly stageType: string; readonly task: string },
    actions: ResultSource,
    limit: number
  ): Generator<EarlierResult> {
    for (const { folder, state } of this) {
      const { record } = resultOf(state, task, actions)
      if (record !== undefined) yield { task, runId: folder.id, record }
    }
    for (const record of actions.ofTask(stageType, task, limit)) if (this.mayTell(record)) yield asComputed(record)
  }

  /**
   * Whether a result tells something about the tasks of this pipeline. That of a stage type does, whoever computed it; all
   * commands are of one type, and the names of their stages mean something in their own pipeline alone.
   */
  mayTell({ parts, runId }: ActionRecord): boolean {
    return !isCommand(parts) || this.pipelineOfRun(runId) === this.pipeline
  }

  /** The task that had a result, as it was planned; `undefined` where nothing tells, or too many plans would have to be read. */
  taskOf({ runId, task }: Pick<EarlierResult, "runId" | "task">): PlannedTask | undefined {
    if (!this.planned.has(runId)) {
      if (this.planned.size === MAX_PLANS) return undefined
      this.planned.set(runId, readable(() => tasksIn(join(this.runs, runId, FILES.plan))) ?? new Map())
    }
    return this.planned.get(runId)?.get(task)
  }

  /** What an output of a task was in one of these runs; `undefined` where its journal does not tell. */
  contentIn(run: string, task: string, port: string): Digest | undefined {
    for (const { folder, state } of this) if (folder.id === run) return state.tasks.get(task)?.outputs?.[port]
    return undefined
  }

  private pipelineOfRun(id: string): string | undefined {
    if (!this.pipelines.has(id))
      this.pipelines.set(
        id,
        readable(() => pipelineOf({ id, path: join(this.runs, id) }))
      )
    return this.pipelines.get(id)
  }

  private readNext(): LatestRun | undefined {
    const { value, done } = this.unread.next()
    if (done === true) return undefined
    this.known.push(value)
    return value
  }
}

function* readRuns(runs: string, pipeline: string, before: string | undefined): Generator<LatestRun> {
  const journals = new RunJournals()
  const folders = readable(() => listRuns(runs)) ?? []
  const earlier = before === undefined ? folders : folders.filter(({ id }) => id < before)
  let count = 0
  for (const folder of earlier.slice(0, MAX_FOLDERS)) {
    if (count === MAX_RUNS) return
    const state = readable(() => (pipelineOf(folder) === pipeline ? journals.state(folder) : undefined))
    if (state === undefined) continue
    count++
    yield { folder, state }
  }
}

const tasksIn = (file: string): ReadonlyMap<string, PlannedTask> => {
  const plan = readPlan(readFileSync(file, "utf8"))
  return new Map(plan.tasks.map((task) => [task.id, { plan, task }]))
}

const pipelineOf = ({ path }: RunFolder): string | undefined => {
  const event = firstEvent(join(path, FILES.journal))
  return event?._tag === "RunStarted" ? event.pipeline : undefined
}

const readable = <A>(read: () => A): A | undefined => {
  try {
    return read()
  } catch {
    return undefined
  }
}
