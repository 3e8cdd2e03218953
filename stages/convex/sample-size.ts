/** What more random patterns are worth. */
import { type Json, Metric, Port, StageType, type Table } from "athanor/stage"
import { Effect, Schema } from "effect"
import { float64 } from "../math/float64.ts"
import { quantile } from "../math/special/Statistics.ts"
import { shown, textOf } from "./fan-in.ts"
import { lossName, lossNamed } from "./loss-named.ts"
import { METHOD_COLORS } from "./method-colors.ts"
import { beta } from "./parameters.ts"
import { objectiveOf, ofModel } from "./ReluNetwork.ts"
import { asExamples } from "./tensors.ts"

/** A network does not say of how many samples it was made. */
class NoCount extends Schema.TaggedError<NoCount>()("NoCount", { input: Schema.String, dimension: Schema.String }) {
  override get message(): string {
    return `${this.input} must come from a matrix with a number "${this.dimension}"`
  }
}

export default StageType.make({
  name: "convex/sample-size",
  summary: "Objectives of networks against the number of patterns or directions that they were chosen from",
  source: "Bai, Gautam, Sojoudi 2023, section 3",
  determinism: "bitwise",
  params: Schema.Struct({ loss: lossName, beta }),
  inputs: {
    X: "Tensor",
    y: "Tensor",
    patterns: Port.many("Model"),
    directions: Port.many("Model"),
    descents: Port.many("Tensor"),
    best: Port.optional("Model")
  },
  outputs: { figure: "Figure", summary: "Table" },
  run: ({ params, inputs }) =>
    Effect.gen(function* () {
      const examples = yield* asExamples(inputs.X, inputs.y)
      const loss = yield* lossNamed(params.loss, examples.y)
      const evaluated = Effect.fnUntraced(function* (input: "patterns" | "directions") {
        const runs: Array<Run> = []
        for (const { matrix, value } of inputs[input]) {
          const { [input]: count, ...others } = matrix
          if (typeof count !== "number") return yield* new NoCount({ input, dimension: input })
          const network = yield* ofModel(value, examples.x.dimension)
          const objective = objectiveOf(network, examples, params.beta, loss)
          runs.push({ series: SERIES[input], count, repeat: placeOf(others), objective })
        }
        return runs
      })
      const runs = [...(yield* evaluated("patterns")), ...(yield* evaluated("directions"))]
      const cells = cellsOf(runs)
      for (const { series, count, median, most } of cells) {
        yield* Metric.record(`median@${series}=${count}`, median)
        yield* Metric.record(`max@${series}=${count}`, most)
      }
      for (const series of new Set(runs.map((run) => run.series))) {
        yield* Metric.record(`rise@${series}`, largestRise(runs.filter((run) => run.series === series)))
      }
      const descents = Float64Array.from(inputs.descents.flatMap(({ value }) => [...float64(value)]))
      const best = inputs.best && (yield* ofModel(inputs.best, examples.x.dimension))
      const optimum = best && objectiveOf(best, examples, params.beta, loss)
      const lines: ReadonlyArray<Line> = [
        ...(descents.length === 0
          ? []
          : [
              { line: `Adam, median of ${descents.length} starts`, objective: quantile(descents, 0.5) },
              { line: `Adam, best of ${descents.length} starts`, objective: quantile(descents, 0) }
            ]),
        ...(optimum === undefined ? [] : [{ line: "global optimum", objective: optimum }])
      ]
      if (optimum !== undefined) yield* Metric.record("optimum", optimum)
      if (descents.length > 0) yield* Metric.record("descent", quantile(descents, 0))
      return { figure: { spec: figure(cells, lines) }, summary: summaryOf(cells) }
    })
})

const SERIES = { patterns: "patterns", directions: "directions" } as const

/** The words of the figure for each of them. */
const LABELS = { patterns: "patterns (ADMM)", directions: "directions (SCP)" }

type Series = keyof typeof LABELS

interface Run {
  readonly series: Series
  readonly count: number
  /** What the samples of one repetition share. */
  readonly repeat: string
  readonly objective: number
}

const placeOf = (others: { readonly [name: string]: Json }): string =>
  Object.keys(others)
    .sort()
    .map((name) => `${name}=${textOf(others[name])}`)
    .join()

interface Cell {
  readonly series: Series
  readonly count: number
  readonly repeats: number
  readonly least: number
  readonly median: number
  readonly most: number
}

const cellsOf = (runs: ReadonlyArray<Run>): ReadonlyArray<Cell> =>
  [...Map.groupBy(runs, ({ series, count }) => `${series} ${count}`).values()]
    .map((members) => {
      const { series, count } = members[0]!
      const objectives = members.map(({ objective }) => objective)
      const [least, median, most] = [0, 0.5, 1].map((share) => quantile(objectives, share)) as [number, number, number]
      return { series, count, repeats: members.length, least, median, most }
    })
    .toSorted((a, b) => Number(a.series > b.series) - Number(a.series < b.series) || a.count - b.count)

/** By how much an objective rises where a sample grows, relative; samples of one repetition are nested, so only what solvers leave open. */
const largestRise = (runs: ReadonlyArray<Run>): number => {
  let most = 0
  for (const members of Map.groupBy(runs, ({ repeat }) => repeat).values()) {
    const sorted = members.toSorted((a, b) => a.count - b.count)
    for (const [at, { objective }] of sorted.entries()) {
      const before = sorted[at - 1]?.objective ?? objective
      if (before > 0) most = Math.max(most, (objective - before) / before)
    }
  }
  return most
}

const summaryOf = (cells: ReadonlyArray<Cell>): Table => ({
  columns: {
    series: cells.map(({ series }) => series),
    count: Float64Array.from(cells, ({ count }) => count),
    repeats: Int32Array.from(cells, ({ repeats }) => repeats),
    least: Float64Array.from(cells, ({ least }) => least),
    median: Float64Array.from(cells, ({ median }) => median),
    most: Float64Array.from(cells, ({ most }) => most)
  }
})

interface Line {
  readonly line: string
  readonly objective: number
}

const DASHES = [
  [6, 3],
  [2, 2],
  [1, 0]
]

const figure = (cells: ReadonlyArray<Cell>, lines: ReadonlyArray<Line>) => {
  const domain = Object.values(LABELS)
  const names = lines.map(({ line }) => line)
  const x = {
    field: "count",
    type: "quantitative",
    title: "number of random patterns, or directions",
    scale: { type: "log", nice: false },
    axis: { grid: false, values: [...new Set(cells.map(({ count }) => count))].toSorted((a, b) => a - b), format: "d" }
  }
  const color = {
    field: "series",
    type: "nominal",
    title: null,
    legend: { symbolType: "stroke", symbolStrokeWidth: 2, symbolOpacity: 1 },
    scale: { domain, range: METHOD_COLORS.slice(0, domain.length) }
  }
  const y = (field: string) => ({
    field,
    type: "quantitative",
    title: "objective",
    scale: { type: "log", nice: false }
  })
  return {
    title: {
      text: "Objective against the number of samples",
      subtitle: "of the recovered network: median, least and largest over independent samples"
    },
    width: 440,
    height: 300,
    layer: [
      {
        data: {
          values: cells.map(({ series, count, least, median, most }) => ({
            series: LABELS[series],
            count,
            least: shown(least),
            median: shown(median),
            most: shown(most)
          }))
        },
        layer: [
          {
            mark: { type: "area", opacity: 0.2 },
            encoding: { x, y: y("least"), y2: { field: "most" }, color }
          },
          { mark: { type: "line", point: true, strokeWidth: 2 }, encoding: { x, y: y("median"), color } }
        ]
      },
      {
        data: { values: lines.map(({ line, objective }) => ({ line, objective: shown(objective) })) },
        mark: { type: "rule", strokeWidth: 1.5 },
        encoding: {
          y: y("objective"),
          strokeDash: {
            field: "line",
            type: "nominal",
            title: null,
            scale: { domain: names, range: DASHES.slice(DASHES.length - names.length) }
          }
        }
      }
    ]
  }
}
