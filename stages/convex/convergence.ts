/** How fast runs of the ADMM come to the optimum. */
import { Metric, Port, StageType, type Table } from "athanor/stage"
import { Effect, Schema } from "effect"
import { log } from "../math/special/Elementary.ts"
import { methodOf, shown } from "./fan-in.ts"
import { aboveOptimum } from "./gaps.ts"
import { squared } from "./losses.ts"
import { METHOD_COLORS } from "./method-colors.ts"
import { beta } from "./parameters.ts"
import { objectiveOf, ofModel } from "./ReluNetwork.ts"
import { asExamples } from "./tensors.ts"

/** A table is not one that `convex/admm` makes. */
class NoHistory extends Schema.TaggedError<NoHistory>()("NoHistory", { method: Schema.String, why: Schema.String }) {
  override get message(): string {
    return `the history of ${this.method} is none of convex/admm: ${this.why}`
  }
}

export default StageType.make({
  name: "convex/convergence",
  summary: "Residuals and objectives of runs of the ADMM over their iterations, with the rates at which they fall",
  source: "Bai, Gautam, Sojoudi 2023, abstract",
  determinism: "bitwise",
  params: Schema.Struct({ beta }),
  inputs: { X: "Tensor", y: "Tensor", best: "Model", histories: Port.many("Table") },
  outputs: { figure: "Figure", summary: "Table" },
  run: ({ params, inputs }) =>
    Effect.gen(function* () {
      const examples = yield* asExamples(inputs.X, inputs.y)
      const network = yield* ofModel(inputs.best, examples.x.dimension)
      const optimum = objectiveOf(network, examples, params.beta, squared)
      const runs: Array<Run> = []
      for (const [index, item] of inputs.histories.entries()) {
        runs.push(yield* runOf(methodOf(item, index), item.value, optimum))
      }
      for (const { method, residuals, gaps, rate } of runs) {
        yield* Metric.record(`residual@${method}`, residuals.at(-1)!)
        yield* Metric.record(`gap@${method}`, gaps.at(-1)!)
        yield* Metric.record(`rate@${method}`, rate)
      }
      yield* Metric.record("optimum", optimum)
      return { figure: { spec: figure(runs, optimum) }, summary: summaryOf(runs) }
    })
})

interface Run {
  readonly method: string
  readonly iterations: Float64Array
  /** The largest of the norms that the method stops by. */
  readonly residuals: Float64Array
  /** Of the recovered network, above the optimum: relative, unless that is 0. */
  readonly gaps: Float64Array
  /** Decimal digits that the residual gains in 1,000 iterations, over the second half of the run. */
  readonly rate: number
}

const FIELDS = ["iteration", "blocks", "cone", "dual", "objective"] as const

const runOf = Effect.fnUntraced(function* (method: string, { columns }: Table, optimum: number) {
  const missing = FIELDS.find((name) => columns[name] === undefined)
  if (missing !== undefined) return yield* new NoHistory({ method, why: `it has no column ${missing}` })
  const [iterations, blocks, cone, dual, objective] = FIELDS.map((name) =>
    Float64Array.from(columns[name]!, Number)
  ) as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array]
  if (iterations.length < 4) {
    return yield* new NoHistory({ method, why: `${iterations.length} records are too few for a rate` })
  }
  const residuals = iterations.map((_, at) => Math.max(blocks[at]!, cone[at]!, dual[at]!))
  const gaps = objective.map((value) => aboveOptimum(value, optimum))
  return { method, iterations, residuals, gaps, rate: rateOf(iterations, residuals) } satisfies Run
})

/** The slope of −log₁₀ of the residuals, by least squares over the second half. */
const rateOf = (iterations: Float64Array, residuals: Float64Array): number => {
  const half = Math.floor(iterations.length / 2)
  const x = iterations.subarray(half).map((iteration) => iteration / 1000)
  const y = residuals.subarray(half).map(digits)
  const [xMean, yMean] = [x, y].map((values) => values.reduce((sum, value) => sum + value, 0) / values.length) as [
    number,
    number
  ]
  const spread = x.reduce((sum, value) => sum + (value - xMean) ** 2, 0)
  return x.reduce((sum, value, at) => sum + (value - xMean) * (y[at]! - yMean), 0) / spread
}

/** Nothing smaller is told from rounding. */
const FLOOR = 1e-15

const digits = (residual: number): number => -log(Math.max(FLOOR, residual)) / Math.LN10

const summaryOf = (runs: ReadonlyArray<Run>): Table => ({
  columns: {
    method: runs.map(({ method }) => method),
    iterations: Float64Array.from(runs, ({ iterations }) => iterations.at(-1)!),
    residual: Float64Array.from(runs, ({ residuals }) => residuals.at(-1)!),
    gap: Float64Array.from(runs, ({ gaps }) => gaps.at(-1)!),
    rate: Float64Array.from(runs, ({ rate }) => rate)
  }
})

/** Gaps are drawn from here on: the optimum itself has no more digits. */
const CLOSEST = 1e-9

const figure = (runs: ReadonlyArray<Run>, optimum: number) => {
  const domain = runs.map(({ method }) => method)
  const panel = (title: string, axis: string, valuesOf: (run: Run) => Float64Array) => ({
    title: { text: title, fontSize: 12, fontWeight: "normal", anchor: "middle" },
    width: 330,
    height: 260,
    data: {
      values: runs.flatMap((run) =>
        Array.from(valuesOf(run), (value, at) => ({
          method: run.method,
          iteration: run.iterations[at]!,
          value: shown(value)
        }))
      )
    },
    mark: { type: "line", strokeWidth: 1.8 },
    encoding: {
      x: { field: "iteration", type: "quantitative", title: "iteration", axis: { grid: false, tickCount: 6 } },
      y: {
        field: "value",
        type: "quantitative",
        title: axis,
        scale: { type: "log" },
        axis: { format: ".0e", tickCount: 6 }
      },
      color: {
        field: "method",
        type: "nominal",
        title: null,
        scale: { domain, range: METHOD_COLORS.slice(0, domain.length) }
      }
    }
  })
  return {
    title: {
      text: "Convergence of the ADMM",
      subtitle: `optimum ${optimum.toPrecision(7)}; networks are those of the blocks, inside of their cones or not`
    },
    hconcat: [
      panel("largest residual", "norm", ({ residuals }) => residuals.map((value) => Math.max(FLOOR, value))),
      panel("objective of the recovered network", "relative distance from the optimum, at least 1e-9", ({ gaps }) =>
        gaps.map((gap) => Math.max(CLOSEST, Math.abs(gap)))
      )
    ]
  }
}
