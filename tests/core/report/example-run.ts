/** A run of a study as its folder would hold it: figures, a matrix, cached tasks, a failure, expectations of every kind. */
import type { ExpectationDocument, Tolerance } from "../../../core/document/PipelineDocument.ts"
import {
  type JsonMap,
  PLAN_FORMAT,
  type Plan,
  type PlanInput,
  type PlanStage,
  type PlanTask
} from "../../../core/plan/Plan.ts"
import { taskId } from "../../../core/plan/task-id.ts"
import type { JournalEvent } from "../../../core/record/JournalEvent.ts"
import type { ArtifactKind } from "../../../core/stage/ArtifactKind.ts"
import * as Digest from "../../../core/store/Digest.ts"
import { figureDigest } from "./example-figure.ts"

const SPAN = { file: "pipelines/ntk-study.yaml", line: 1, column: 1, length: 1 }

export const START = Date.UTC(2026, 10, 24, 10, 30, 12)

export const RUN_ID = "2026-11-24T10-30-12-brave-euler"

interface StageSketch {
  readonly id: string
  readonly type: string
  readonly summary: string
  readonly outputs: { readonly [port: string]: ArtifactKind }
  readonly matrix?: ReadonlyArray<JsonMap>
  readonly params?: JsonMap
  /** `stage.port`, `stage.*.port` or `sources.name`. */
  readonly inputs?: { readonly [port: string]: string }
}

const widths = [100, 500]
const inits = Array.from({ length: 10 }, (_, init) => init)
const networks = widths.flatMap((width) => inits.map((init) => ({ width, init })))

const SKETCHES: ReadonlyArray<StageSketch> = [
  {
    id: "circle",
    type: "data/circle",
    summary: "Points on the unit circle",
    outputs: { points: "Tensor" },
    params: { points: 61 }
  },
  {
    id: "gaussian",
    type: "data/gaussian",
    summary: "Standard normal inputs",
    outputs: { points: "Tensor" },
    params: { count: 100, seed: 7 }
  },
  {
    id: "digits",
    type: "data/mnist",
    summary: "A balanced batch of digits",
    outputs: { images: "Tensor" },
    params: { count: 512 },
    inputs: { archive: "sources.archive" }
  },
  {
    id: "limit",
    type: "ntk/analytic",
    summary: "The limiting kernel by its recursion",
    outputs: { kernel: "Tensor" },
    params: { depth: 4, beta: 0.1 },
    inputs: { points: "circle.points" }
  },
  {
    id: "empirical",
    type: "ntk/empirical",
    summary: "The kernel of a finite network at initialisation and after training",
    outputs: { kernel: "Tensor" },
    matrix: networks,
    inputs: { points: "circle.points", training: "gaussian.points" }
  },
  {
    id: "kernel-digits",
    type: "ntk/analytic",
    summary: "The limiting kernel by its recursion",
    outputs: { kernel: "Tensor" },
    params: { depth: 5, beta: 0.1 },
    inputs: { points: "digits.images" }
  },
  {
    id: "pca",
    type: "kernel/pca",
    summary: "Leading eigenpairs of a kernel",
    outputs: { pairs: "Table" },
    params: { components: 3 },
    inputs: { kernel: "kernel-digits.kernel" }
  },
  {
    id: "train-digits",
    type: "mlp/train",
    summary: "Full-batch gradient descent",
    outputs: { curves: "Table" },
    matrix: widths.map((width) => ({ width })),
    inputs: { images: "digits.images", direction: "pca.pairs" }
  },
  {
    id: "curves",
    type: "ntk/compare",
    summary: "Finite networks beside the limit",
    outputs: { figure: "Figure" },
    inputs: { limit: "limit.kernel", empirical: "empirical.*.kernel" }
  },
  {
    id: "learning",
    type: "ntk/learning-curves",
    summary: "Component along an eigenvector, and the rest",
    outputs: { figure: "Figure" },
    inputs: { curves: "train-digits.*.curves", pairs: "pca.pairs" }
  },
  {
    id: "summary",
    type: "report/summary",
    summary: "All numbers in one table",
    outputs: { table: "Table" },
    inputs: { curves: "curves.figure", learning: "learning.figure", limit: "limit.kernel" }
  }
]

const SOURCES = [{ name: "archive", path: "data/digits.bin", kind: "Directory" as const, span: SPAN }]

const SOURCE_TEXT: { readonly [type: string]: string } = {
  "ntk/analytic": "Jacot et al. 2018, theorem 1",
  "ntk/empirical": "Jacot et al. 2018, section 4",
  "kernel/pca": "Jacot et al. 2018, section 6.3"
}

const makePlan = (): Plan => {
  const tasks: Array<PlanTask> = []
  const stages: Array<PlanStage> = []
  const inputOf = (text: string): PlanInput => {
    const [first = "", second = "", third] = text.split(".")
    if (first === "sources") {
      return { _tag: "One", kind: "Directory", origin: { _tag: "Source", source: 0 } }
    }
    const stage = stages.find(({ id }) => id === first)
    const port = third ?? second
    const kind = stage?.outputs[port] ?? "Tensor"
    const origins = (stage?.tasks ?? []).map((task) => ({
      matrix: tasks[task]?.matrix ?? {},
      origin: { _tag: "Task" as const, task, port }
    }))
    if (third !== undefined) return { _tag: "Many", kind, items: origins }
    return { _tag: "One", kind, origin: origins[0]?.origin ?? { _tag: "Task", task: 0, port } }
  }
  for (const [index, sketch] of SKETCHES.entries()) {
    const inputs = Object.fromEntries(Object.entries(sketch.inputs ?? {}).map(([port, text]) => [port, inputOf(text)]))
    const first = tasks.length
    for (const matrix of sketch.matrix ?? [{}]) {
      const params = { ...sketch.params, ...matrix }
      tasks.push({
        id: taskId(sketch.id, matrix),
        stage: index,
        matrix,
        params,
        inputs,
        resources: { cpu: 1, memory: 0 },
        retries: 0
      })
    }
    const source = SOURCE_TEXT[sketch.type]
    stages.push({
      id: sketch.id,
      span: SPAN,
      stageType: sketch.type,
      summary: sketch.summary,
      ...(source === undefined ? {} : { source }),
      determinism: sketch.type.startsWith("ntk") ? "libm" : "bitwise",
      outputs: sketch.outputs,
      code: {
        _tag: "Bundle",
        file: `stages/${sketch.type}.ts`,
        identity: digestOf(`code ${sketch.type}`),
        parts: { declarations: {}, packages: {} },
        bundle: digestOf(`bundle ${sketch.type}`),
        bundleFile: "bundle.mjs"
      },
      tasks: tasks.slice(first).map((_, offset) => first + offset)
    })
  }
  const taskOf = (id: string): number => tasks.findIndex((task) => task.id === id)
  return {
    format: PLAN_FORMAT,
    name: "ntk-study",
    file: "pipelines/ntk-study.yaml",
    description:
      "The tangent kernel of a finite network approaches its limit as the width grows, and stays there in training.",
    paper: { title: "Neural Tangent Kernel: Convergence and Generalization in Neural Networks", arxiv: "1806.07572" },
    profile: "default",
    params: { widths: [100, 500], inits: 10, depth: 4, beta: 0.1 },
    stages,
    tasks,
    sources: SOURCES,
    outputs: [{ destination: "figures/kernel.svg", from: { task: taskOf("curves"), port: "figure" } }],
    expectations: EXPECTATIONS.map((expected) => {
      const [stage = "", ...metric] = expected.metric.value.split(".")
      return { task: taskOf(stage), metric: metric.join("."), expected }
    }),
    figures: [
      { task: taskOf("curves"), port: "figure" },
      { task: taskOf("learning"), port: "figure" }
    ],
    times: [{ against: "width", lines: ["empirical", "train-digits"].map((stage) => ({ stage, values: {} })) }]
  }
}

export const digestOf = (text: string): Digest.Digest => Digest.ofValue("example", text)

/** An expectation of a metric. */
export const expectation = (
  metric: string,
  tolerance: Tolerance,
  more: Partial<Pick<ExpectationDocument, "origin" | "source" | "note">> = {}
): ExpectationDocument => ({
  span: SPAN,
  metric: { value: metric, span: SPAN },
  tolerance,
  origin: "reference",
  source: undefined,
  note: undefined,
  profiles: undefined,
  ...more
})

const EXPECTATIONS: ReadonlyArray<ExpectationDocument> = [
  expectation(
    "curves.growth@width=100",
    { _tag: "Absolute", value: 1.669, tolerance: 0.25 },
    { source: "Fig. 1 (plot only)" }
  ),
  expectation(
    "curves.growth@width=500",
    { _tag: "Absolute", value: 1.129, tolerance: 0.06 },
    { source: "Fig. 1 (plot only)" }
  ),
  expectation("curves.rmse@width=500", { _tag: "AtMost", bound: 0.08 }, { source: "Fig. 1" }),
  expectation(
    "pca.lambda_1",
    { _tag: "Relative", value: 0.0457, tolerance: 0.05 },
    { origin: "paper", source: "section 6.3" }
  ),
  expectation(
    "pca.lambda_2",
    { _tag: "Relative", value: 0.00108, tolerance: 0.05 },
    {
      origin: "paper",
      source: "section 6.3",
      note: "The batch of digits is not printed; 20 random batches give 0.00121 ± 0.00006."
    }
  ),
  expectation("pca.gap", { _tag: "AtLeast", bound: 30 }, { source: "footnote 3", origin: "paper" }),
  expectation("learning.deviation@width=500", { _tag: "AtMost", bound: 0.05 }, { source: "Fig. 3, right" })
]

export const METRICS: { readonly [task: string]: { readonly [name: string]: number } } = {
  curves: { "growth@width=100": 1.7021, "growth@width=500": 1.1312, "rmse@width=100": 0.124, "rmse@width=500": 0.0451 },
  pca: { lambda_1: 0.045683, lambda_2: 0.0012087, lambda_3: 0.000871, gap: 37.8 },
  ...Object.fromEntries(
    networks.map((matrix, index) => [
      taskId("empirical", matrix),
      { growth: 1 + 60 / matrix.width + 0.01 * (index % 7), loss: 3.1e-5 / (1 + index), drift: 80 / matrix.width }
    ])
  )
}

export const plan: Plan = makePlan()

/** Milliseconds of work of a task, by its stage. */
const WORK: { readonly [stage: string]: number } = {
  circle: 12,
  gaussian: 9,
  digits: 340,
  limit: 85,
  empirical: 5200,
  "kernel-digits": 900,
  pca: 1300,
  "train-digits": 31_000,
  curves: 420,
  learning: 380,
  summary: 30
}

/** The journal of a run on `workers` threads in which the named stages were cached and the named tasks failed. */
export const journal = (options: {
  readonly workers: number
  readonly cached: ReadonlyArray<string>
  readonly failed: ReadonlyArray<string>
}): ReadonlyArray<JournalEvent> => {
  const events: Array<JournalEvent> = [started(options.workers)]
  const free = new Array<number>(options.workers).fill(40)
  const ends = new Map<number, number>()
  const lost = new Set<number>()
  for (const [index, task] of plan.tasks.entries()) {
    const stage = plan.stages[task.stage]?.id ?? ""
    const needs = Object.values(task.inputs)
      .flatMap((input) => (input._tag === "One" ? [input.origin] : input.items.map(({ origin }) => origin)))
      .flatMap((origin) => (origin._tag === "Task" ? [origin.task] : []))
    const ready = Math.max(20, ...needs.map((need) => ends.get(need) ?? 0))
    const key = digestOf(`key ${task.id}`)
    const spanId = "00f067aa0ba902b7"
    if (needs.some((need) => lost.has(need))) {
      lost.add(index)
      events.push({ _tag: "TaskSkipped", at: START + ready, task: task.id, because: "a task it needs failed" })
      continue
    }
    if (options.cached.includes(stage)) {
      ends.set(index, 20)
      events.push({ _tag: "TaskHit", at: START + 20, task: task.id, key, spanId })
      continue
    }
    const slot = free.indexOf(Math.min(...free))
    const from = Math.max(ready, free[slot] ?? 0) + 4
    const to =
      from + (WORK[stage] ?? 100) * (0.8 + 0.4 * ((index * 0.618) % 1)) * (Number(task.matrix["width"] ?? 300) / 300)
    free[slot] = to
    ends.set(index, to)
    const isFailed = options.failed.includes(task.id)
    events.push(
      { _tag: "TaskReady", at: START + ready, task: task.id, key, spanId, reason: "never computed" },
      { _tag: "AttemptStarted", at: START + from, task: task.id, attempt: 1, worker: `worker-${slot + 1}`, spanId }
    )
    if (isFailed) {
      lost.add(index)
      const error = {
        tag: "Diverged",
        message: "loss grew to 4.1e12 at step 37; the learning rate 1.0 exceeds 2N/λ₁ = 0.83",
        detail:
          "Diverged: loss grew to 4.1e12 at step 37\n    at descend (stages/mlp/train.ts:88:17)\n    at run (stages/mlp/train.ts:41:10)"
      }
      events.push(
        { _tag: "AttemptFailed", at: START + to, task: task.id, attempt: 1, error },
        { _tag: "TaskFailed", at: START + to, task: task.id }
      )
      continue
    }
    const outputs = Object.fromEntries(
      Object.entries(plan.stages[task.stage]?.outputs ?? {}).map(([port, kind]) => [
        port,
        kind === "Figure" ? figureDigest(task.id) : digestOf(`${task.id}.${port}`)
      ])
    )
    if (stage === "pca") {
      events.push({
        _tag: "TaskLog",
        at: START + to,
        task: task.id,
        level: "Warn",
        message: "power iteration took 412 steps"
      })
    }
    events.push({
      _tag: "TaskFinished",
      at: START + to,
      task: task.id,
      attempt: 1,
      key,
      outputs,
      metrics: METRICS[task.id] ?? {},
      cpuMillis: 0.94 * (to - from),
      peakMemory: 48e6 + 1e5 * Number(task.matrix["width"] ?? 10)
    })
  }
  const counts = { ran: 0, hit: 0, failed: 0, skipped: 0 }
  const last = Math.max(...events.map(({ at }) => at))
  events.push({ _tag: "RunFinished", at: last + 60, outcome: lost.size > 0 ? "failure" : "success", counts })
  return events
}

const started = (jobs: number): JournalEvent => ({
  _tag: "RunStarted",
  at: START,
  runId: RUN_ID,
  pipeline: plan.name,
  file: plan.file,
  profile: plan.profile,
  params: plan.params,
  targets: [],
  jobs,
  traceId: "4bf92f3577b34da6a3ce929d0e0e4736",
  spanId: "00f067aa0ba902b7",
  environment: { athanor: "0.1.0", node: "24.21.0", platform: "linux x64", processor: "2 × Xeon" },
  tasks: plan.tasks.length
})
