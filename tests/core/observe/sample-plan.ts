/** Plans and journals small enough to read in a test. */
import { needsOf, PLAN_FORMAT, type Plan, type PlanInput, type PlanTask } from "../../../core/plan/Plan.ts"
import type { JournalEvent } from "../../../core/record/JournalEvent.ts"
import { ofValue } from "../../../core/store/Digest.ts"

const digest = ofValue("test", 0)
const span = { file: "p.yaml", line: 1, column: 1, length: 1 }

/** A plan of stages with a number of tasks each; `needs` names the stages whose every task a stage needs. */
export const planOf = (
  stages: ReadonlyArray<{ readonly id: string; readonly tasks?: number; readonly needs?: ReadonlyArray<string> }>
): Plan => {
  const tasks: Array<PlanTask> = []
  const indices = new Map<string, ReadonlyArray<number>>()
  stages.forEach(({ id, tasks: count = 1, needs = [] }, stage) => {
    const own = Array.from({ length: count }, (_, n): PlanTask => {
      const inputs = Object.fromEntries(
        needs.map((need): [string, PlanInput] => [
          need,
          {
            _tag: "Many",
            kind: "Json",
            items: (indices.get(need) ?? []).map((task) => ({
              matrix: {},
              origin: { _tag: "Task", task, port: "out" }
            }))
          }
        ])
      )
      const name = count === 1 ? id : `${id}@n=${n}`
      return { id: name, stage, matrix: {}, params: {}, inputs, resources: { cpu: 1, memory: 0 }, retries: 0 }
    })
    indices.set(
      id,
      own.map((_, n) => tasks.length + n)
    )
    tasks.push(...own)
  })
  return {
    format: PLAN_FORMAT,
    name: "sample",
    file: "sample.yaml",
    profile: "default",
    params: {},
    stages: stages.map(({ id }) => ({
      id,
      span,
      stageType: `test/${id}`,
      summary: "",
      determinism: "bitwise",
      outputs: { out: "Json" },
      code: {
        _tag: "Bundle",
        file: "x.ts",
        identity: digest,
        parts: { declarations: {}, packages: {} },
        bundle: digest,
        bundleFile: "x"
      },
      tasks: indices.get(id) ?? []
    })),
    tasks,
    sources: [],
    outputs: [],
    expectations: [],
    figures: []
  }
}

/** Indices of the tasks that a task of a plan needs. */
export const needs = (plan: Plan, task: string): ReadonlyArray<number> =>
  plan.tasks.filter(({ id }) => id === task).flatMap(needsOf)

/** Instant at which the samples start; a round number, so that expected times can be read. */
export const START = 1_000_000_000_000

const at = (seconds: number): number => START + 1000 * seconds

/** Makes events; times are in seconds after the start. */
export const event = {
  runStarted: (tasks: number): JournalEvent => ({
    _tag: "RunStarted",
    at: START,
    runId: "2001-09-09T01-46-40-brave-euler",
    pipeline: "sample",
    file: "sample.yaml",
    profile: "default",
    params: { widths: [1, 2], beta: 0.1 },
    targets: [],
    jobs: 2,
    traceId: "0af7651916cd43dd8448eb211c80319c",
    spanId: "b7ad6b7169203331",
    environment: { athanor: "0.1.0" },
    tasks
  }),
  hit: (seconds: number, task: string, spanId = ""): JournalEvent => ({
    _tag: "TaskHit",
    at: at(seconds),
    task,
    key: digest,
    spanId
  }),
  ready: (seconds: number, task: string, spanId = ""): JournalEvent => ({
    _tag: "TaskReady",
    at: at(seconds),
    task,
    key: digest,
    spanId,
    reason: "never run"
  }),
  attempt: (seconds: number, task: string, attempt = 1, spanId = ""): JournalEvent => ({
    _tag: "AttemptStarted",
    at: at(seconds),
    task,
    attempt,
    worker: "thread 1",
    spanId
  }),
  attemptFailed: (seconds: number, task: string, message: string, retryIn?: number): JournalEvent => ({
    _tag: "AttemptFailed",
    at: at(seconds),
    task,
    attempt: 1,
    error: { tag: "NotConverged", message, detail: "at solve (stages/stage.ts:3)" },
    ...(retryIn === undefined ? {} : { retryIn })
  }),
  finished: (seconds: number, task: string, metrics: { readonly [name: string]: number } = {}): JournalEvent => ({
    _tag: "TaskFinished",
    at: at(seconds),
    task,
    attempt: 1,
    key: digest,
    outputs: { out: digest },
    metrics,
    cpuMillis: 1200,
    peakMemory: 1048576
  }),
  failed: (seconds: number, task: string): JournalEvent => ({ _tag: "TaskFailed", at: at(seconds), task }),
  skipped: (seconds: number, task: string, because: string): JournalEvent => ({
    _tag: "TaskSkipped",
    at: at(seconds),
    task,
    because
  }),
  log: (seconds: number, task: string, level: string, message: string): JournalEvent => ({
    _tag: "TaskLog",
    at: at(seconds),
    task,
    level,
    message
  }),
  runFinished: (seconds: number, outcome: "success" | "failure" | "interrupted"): JournalEvent => ({
    _tag: "RunFinished",
    at: at(seconds),
    outcome,
    counts: { ran: 0, hit: 0, failed: 0, skipped: 0 }
  })
}
