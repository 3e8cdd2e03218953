/** A report says the same of a result whether it was computed now or found. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Result, Schema } from "effect"
import * as Codec from "../../../core/codec/Codec.ts"
import type { Plan } from "../../../core/plan/Plan.ts"
import { RunHistory } from "../../../core/record/RunHistory.ts"
import { collectReport } from "../../../core/report/collect-report.ts"
import type { ReportModel } from "../../../core/report/ReportModel.ts"
import { made as madeResult } from "../run/FakeExecutor.ts"
import { runStudy, type StudyOptions, scratchFolder } from "../run/run-study.ts"
import type { Made } from "../run/Study.ts"
import { afterEdits, DrawnEdit, DrawnStudy, studyOf } from "../run/study-edits.ts"
import { inStore } from "../store/sample-store.ts"

const SPAN = { file: "sketch.yaml", line: 1, column: 1, length: 1 }

const figureOf = ({ n }: Made) => ({
  spec: {
    data: { values: [{ x: n }] },
    mark: "point",
    encoding: { x: { field: "x", type: "quantitative" } }
  }
})

/** Every task also makes a figure and a metric; the figure of the last is shown, the metric of the first expected. */
const OPTIONS: StudyOptions = {
  beside: (value) => ({
    metrics: { n: value.n },
    outputs: { ...madeResult(value).outputs, figure: Result.getOrThrow(Codec.encode("Figure", figureOf(value))) }
  }),
  refine: (plan): Plan => ({
    ...plan,
    stages: plan.stages.map((stage) => ({ ...stage, outputs: { ...stage.outputs, figure: "Figure" } })),
    figures: [{ task: plan.tasks.length - 1, port: "figure" }],
    expectations: [
      {
        task: 0,
        metric: "n",
        expected: {
          span: SPAN,
          metric: { value: "first.n", span: SPAN },
          tolerance: { _tag: "AtMost", bound: 2 },
          origin: "reference",
          source: undefined,
          note: undefined,
          profiles: undefined
        }
      }
    ]
  })
}

const reportIn = (folder: string) =>
  inStore(
    folder,
    Effect.gen(function* () {
      const history = yield* RunHistory
      return yield* collectReport(yield* history.load(yield* history.resolve("latest")))
    }).pipe(Effect.provide(RunHistory.layer))
  )

/** A report without what belongs to its run: names, times, and whether a result was computed or found. */
const timeless = ({ run, graph, stages, criticalPath, times, ...model }: ReportModel) => {
  const { id, startedAt, finishedAt, traceId, ...rest } = run
  const nodes = graph.nodes.map(({ busyMillis, isCritical, ...node }) => node)
  const ended = (status: string): string => (status === "hit" ? "done" : status)
  return {
    ...model,
    run: rest,
    graph: JSON.parse(JSON.stringify({ ...graph, nodes }), hitsAsDone),
    stages: stages.map((stage) => ({
      ...stage,
      tasks: stage.tasks.map(({ attempts, computed, reason, status, ...task }) => ({
        ...task,
        status: ended(status),
        attempt: computed?.attempt
      }))
    }))
  }
}

/** In what JSON is made of, and in counts by status: of two equal tasks of a fresh run one finds what the other computed. */
const hitsAsDone = (_: string, value: unknown): unknown => {
  if (value === "hit") return "done"
  if (typeof value !== "object" || value === null || !("hit" in value)) return value
  const { hit, ...rest } = value
  const done = "done" in rest ? Number(rest.done) : 0
  return { ...rest, done: done + Number(hit) }
}

describe("a report", () => {
  it.live.prop(
    "is that of a fresh run when all of it was found",
    { drawn: DrawnStudy, edits: Schema.Array(DrawnEdit).check(Schema.isMaxLength(3)) },
    ({ drawn, edits }) =>
      Effect.gen(function* () {
        const study = { ...afterEdits(studyOf(drawn), edits), failing: new Set<string>() }
        const [cached, fresh] = [yield* scratchFolder, yield* scratchFolder]
        yield* runStudy(cached, study, OPTIONS)
        const { counts } = yield* runStudy(cached, study, OPTIONS)
        assert.deepStrictEqual(counts, { ran: 0, hit: study.tasks.length, failed: 0, skipped: 0 })
        yield* runStudy(fresh, study, OPTIONS)
        const model = yield* reportIn(fresh)
        assert.deepStrictEqual(timeless(yield* reportIn(cached)), timeless(model))
        assert.strictEqual(model.figures[0]?.image._tag, "Svg")
        assert.isDefined(model.expectations[0]?.measured)
      }).pipe(Effect.scoped),
    { arbitrary: { runs: 12 } }
  )
})
