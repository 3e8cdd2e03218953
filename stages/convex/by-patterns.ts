/** What more sampled patterns are worth. */
import { Metric, Port, StageType, type Table } from "athanor/stage"
import { Effect, Schema } from "effect"
import { ShapeMismatch } from "../math/ShapeMismatch.ts"
import { quantile } from "../math/special/Statistics.ts"
import { PLAIN_COLOR, shown } from "./fan-in.ts"
import { logarithmic } from "./logarithmic.ts"

export default StageType.make({
  name: "convex/by-patterns",
  summary: "Optimum over sampled patterns against their number, beside the optimum over all patterns",
  source: "Bai, Gautam, Sojoudi 2023, section 3",
  determinism: "bitwise",
  params: Schema.Struct({}),
  inputs: { rounds: Port.many("Table"), best: "Table" },
  outputs: { figure: "Figure", summary: "Table" },
  run: ({ inputs }) =>
    Effect.gen(function* () {
      const best = yield* lastObjective("best", inputs.best)
      const runs: Array<Run> = []
      for (const { matrix, value } of inputs.rounds) {
        const objective = yield* lastObjective("rounds", value)
        runs.push({ sampled: Number(matrix["sampled"]), seed: Number(matrix["seed"]), objective })
      }
      const numbers = [...new Set(runs.map(({ sampled }) => sampled))].sort((a, b) => a - b)
      const excess = numbers.map((number) =>
        quantile(
          Float64Array.from(
            runs.filter(({ sampled }) => sampled === number),
            ({ objective }) => objective / best - 1
          ),
          0.5
        )
      )
      for (const [at, number] of numbers.entries()) yield* Metric.record(`median excess@sampled=${number}`, excess[at]!)
      yield* Metric.recordAll({ optimum: best, "largest rise": largestRise(runs), least: leastExcess(runs, best) })
      return {
        figure: { spec: figure(runs, best) },
        summary: { columns: { sampled: Float64Array.from(numbers), "median excess": Float64Array.from(excess) } }
      }
    })
})

interface Run {
  readonly sampled: number
  readonly seed: number
  readonly objective: number
}

const lastObjective = (input: string, { columns }: Table): Effect.Effect<number, ShapeMismatch> => {
  const last = columns["objective"]?.at(-1)
  return typeof last === "number"
    ? Effect.succeed(last)
    : Effect.fail(
        new ShapeMismatch({ input, found: [], expected: "rows with a column objective, as convex/columns gives" })
      )
}

/** The most that an objective is above that of fewer patterns of the same seed, relative: nested samples allow none. */
const largestRise = (runs: ReadonlyArray<Run>): number => {
  let most = 0
  for (const one of runs) {
    for (const other of runs) {
      if (one.seed !== other.seed || other.sampled <= one.sampled) continue
      most = Math.max(most, other.objective / one.objective - 1)
    }
  }
  return most
}

const leastExcess = (runs: ReadonlyArray<Run>, best: number): number =>
  runs.reduce((least, { objective }) => Math.min(least, objective / best - 1), Number.POSITIVE_INFINITY)

const figure = (runs: ReadonlyArray<Run>, best: number) => ({
  title: {
    text: "What sampled patterns reach",
    subtitle: "each point the proven optimum over one sample; dashed: over all patterns"
  },
  data: { values: runs.map(({ sampled, seed, objective }) => ({ sampled, seed, objective: shown(objective) })) },
  width: 420,
  height: 260,
  layer: [
    {
      mark: { type: "line", opacity: 0.25, color: PLAIN_COLOR },
      encoding: { detail: { field: "seed", type: "nominal" } }
    },
    { mark: { type: "point", filled: true, opacity: 0.6, color: PLAIN_COLOR } },
    {
      data: { values: [{ best: shown(best) }] },
      mark: { type: "rule", strokeDash: [6, 4] },
      encoding: { y: { field: "best", type: "quantitative" } }
    }
  ].map((layer) => ({
    ...layer,
    encoding: {
      ...("data" in layer ? {} : { x: logarithmic("sampled", "sampled patterns") }),
      y: { field: "objective", type: "quantitative", title: "objective", scale: { zero: false } },
      ...layer.encoding
    }
  }))
})
