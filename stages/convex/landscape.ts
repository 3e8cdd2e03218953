/** Where gradient steps end from many random starts, beside the global optimum. */
import { Metric, Port, StageType, type Table } from "athanor/stage"
import { Effect, Schema } from "effect"
import { float64 } from "../math/float64.ts"
import { log } from "../math/special/Elementary.ts"
import { quantile } from "../math/special/Statistics.ts"
import { methodOf, shown } from "./fan-in.ts"
import { aboveOptimum } from "./gaps.ts"
import { lossName, lossNamed } from "./loss-named.ts"
import { PLAIN_COLOR } from "./method-colors.ts"
import { beta } from "./parameters.ts"
import { objectiveOf, ofModel } from "./ReluNetwork.ts"
import { asExamples } from "./tensors.ts"

export default StageType.make({
  name: "convex/landscape",
  summary: "Histogram of final objectives over many random starts, above the objective of the best network",
  source: "Bai, Gautam, Sojoudi 2023, section 5",
  determinism: "bitwise",
  params: Schema.Struct({
    loss: lossName,
    beta,
    closest: Schema.Finite.check(Schema.isBetween({ minimum: 1e-12, maximum: 0.1 }))
      .annotate({ description: "Relative gap up to which a network counts as the best" })
      .pipe(Schema.withDecodingDefaultKey(Effect.succeed(1e-4)))
  }),
  inputs: { X: "Tensor", y: "Tensor", best: "Model", objectives: Port.many("Tensor") },
  outputs: { figure: "Figure", summary: "Table" },
  run: ({ params, inputs }) =>
    Effect.gen(function* () {
      const examples = yield* asExamples(inputs.X, inputs.y)
      const loss = yield* lossNamed(params.loss, examples.y)
      const network = yield* ofModel(inputs.best, examples.x.dimension)
      const optimum = objectiveOf(network, examples, params.beta, loss)
      const runs = inputs.objectives.map((item, index) => ({
        method: methodOf(item, index),
        gaps: float64(item.value).map((objective) => aboveOptimum(objective, optimum))
      }))
      for (const { method, gaps } of runs) {
        yield* Metric.record(`least@${method}`, quantile(gaps, 0))
        yield* Metric.record(`median@${method}`, quantile(gaps, 0.5))
        yield* Metric.record(`most@${method}`, quantile(gaps, 1))
        yield* Metric.record(`share@${method}`, shareBelow(gaps, params.closest))
      }
      yield* Metric.record("optimum", optimum)
      return { figure: { spec: figure(runs, optimum) }, summary: summaryOf(runs) }
    })
})

interface Run {
  readonly method: string
  /** Of each start, above the optimum: relative, unless that is 0. */
  readonly gaps: Float64Array
}

const shareBelow = (gaps: Float64Array, limit: number): number =>
  gaps.reduce((sum, gap) => sum + (gap <= limit ? 1 : 0), 0) / gaps.length

const summaryOf = (runs: ReadonlyArray<Run>): Table => ({
  columns: {
    method: runs.map(({ method }) => method),
    starts: Int32Array.from(runs, ({ gaps }) => gaps.length),
    least: Float64Array.from(runs, ({ gaps }) => quantile(gaps, 0)),
    median: Float64Array.from(runs, ({ gaps }) => quantile(gaps, 0.5)),
    most: Float64Array.from(runs, ({ gaps }) => quantile(gaps, 1))
  }
})

/** Gaps are drawn from here on, all smaller ones at it. */
const FLOOR = 1e-6

const figure = (runs: ReadonlyArray<Run>, optimum: number) => ({
  title: {
    text: "Where training from random starts ends",
    subtitle: `relative distance from the global optimum ${optimum.toPrecision(6)}, at least 10⁻⁶`
  },
  data: {
    values: runs.flatMap(({ method, gaps }) =>
      Array.from(gaps, (gap) => ({ method, gap: shown(log(Math.max(FLOOR, gap)) / Math.LN10) }))
    )
  },
  facet: {
    row: {
      field: "method",
      type: "nominal",
      title: null,
      sort: runs.map(({ method }) => method),
      header: { labelAngle: 0, labelAlign: "left" }
    }
  },
  spec: {
    width: 420,
    height: 70,
    mark: { type: "bar", color: PLAIN_COLOR },
    encoding: {
      x: {
        field: "gap",
        type: "quantitative",
        bin: { step: 0.25, extent: [-6, 2] },
        title: "gap / optimum",
        axis: { labelExpr: "format(pow(10, datum.value), '.0e')", values: [-6, -4, -2, 0, 2], grid: false }
      },
      y: { aggregate: "count", type: "quantitative", title: "starts" }
    }
  }
})
