/** Methods beside each other on models that no second moments tell. */
import { Metric, Port, StageType, type Table } from "athanor/stage"
import { Effect, Schema } from "effect"
import { mean } from "../math/special/Statistics.ts"
import { type Item, nameOf, placeOf } from "./Comparison.ts"
import { TOPO } from "./claims.ts"
import { baseOf, colorsOf } from "./colors.ts"

/** An evaluation does not say by which method it is, or of which model. */
class Unnamed extends Schema.TaggedError<Unnamed>()("Unnamed", { matrix: Schema.String }) {
  override get message(): string {
    return `an evaluation has the matrix values ${this.matrix}: names as \`method\` and as \`model\` are needed`
  }
}

/** What one method came to on one set of data. */
interface Outcome {
  readonly method: string
  readonly model: string
  /** All matrix values but the method. */
  readonly setting: string
  readonly gap: number
  readonly shd: number
  readonly refit: number
}

/** Scores that differ by less than this share are equal. */
const EQUAL = 1e-9

export default StageType.make({
  name: "notears/compare-general",
  summary: "Scores and structural errors of several methods on logistic and nonlinear models",
  source: "Deng et al. 2023 (arXiv 2305.17277), section 6",
  determinism: "bitwise",
  params: Schema.Struct({}),
  inputs: { summaries: Port.many("Metrics") },
  outputs: { figure: "Figure", summary: "Table" },
  run: ({ inputs }) =>
    Effect.gen(function* () {
      const outcomes = yield* Effect.forEach(inputs.summaries, outcomeOf)
      const rows = rowsOf(outcomes)
      for (const { method, model, ...values } of rows) {
        for (const [name, value] of Object.entries(values)) {
          if (Number.isFinite(value)) yield* Metric.record(`${name}@model=${model},method=${method}`, value)
        }
      }
      return { figure: { spec: figureOf(outcomes) }, summary: tableOf(rows) }
    })
})

const outcomeOf = ({ matrix, value }: Item): Effect.Effect<Outcome, Unnamed> => {
  const { method: named, ...others } = matrix
  const [method, model] = [nameOf(named), nameOf(others["model"])]
  if (method === "" || model === "") return Effect.fail(new Unnamed({ matrix: JSON.stringify(matrix) }))
  const [gap, shd, refit] = ["gap", "shd", "refit"].map((name) => value[name] ?? Number.NaN) as [number, number, number]
  return Effect.succeed({ method, model, setting: placeOf(others), gap, shd, refit })
}

/** For each model and method the means, and in which share of the data topological swaps from a random order score no worse. */
const rowsOf = (outcomes: ReadonlyArray<Outcome>) =>
  namesOf(outcomes, "model").flatMap((model) =>
    namesOf(outcomes, "method").flatMap((method) => {
      const members = outcomes.filter((outcome) => outcome.model === model && outcome.method === method)
      if (members.length === 0) return []
      const average = (name: "gap" | "shd" | "refit") => mean(members.map((outcome) => outcome[name]))
      const swaps = members.flatMap(({ setting, refit }) => {
        const own = outcomes.find((outcome) => outcome.method === TOPO && outcome.setting === setting)
        return own === undefined ? [] : [own.refit <= refit * (1 + EQUAL) ? 1 : 0]
      })
      return [{ model, method, gap: average("gap"), shd: average("shd"), topoNoWorse: mean(swaps) }]
    })
  )

const namesOf = (outcomes: ReadonlyArray<Outcome>, name: "method" | "model"): ReadonlyArray<string> => [
  ...new Set(outcomes.map((outcome) => outcome[name]))
]

const tableOf = (rows: ReturnType<typeof rowsOf>): Table => ({
  columns: {
    model: rows.map(({ model }) => model),
    method: rows.map(({ method }) => method),
    gap: Float64Array.from(rows, ({ gap }) => gap),
    shd: Float64Array.from(rows, ({ shd }) => shd),
    topoNoWorse: Float64Array.from(rows, ({ topoNoWorse }) => topoNoWorse)
  }
})

const figureOf = (outcomes: ReadonlyArray<Outcome>) => ({
  title: { text: "Other models", subtitle: "A bar is the mean over seeds, a ring one of them" },
  vconcat: namesOf(outcomes, "model").map((model) => ({
    title: { text: model, fontSize: 12, anchor: "middle" },
    hconcat: [
      panelOf(outcomes, model, "shd", { title: "structural Hamming distance", axis: { tickMinStep: 1 } }),
      panelOf(outcomes, model, "gap", {
        title: "score above that of the true order",
        axis: { format: "~%", tickCount: 6 }
      })
    ]
  }))
})

const panelOf = (outcomes: ReadonlyArray<Outcome>, model: string, field: "shd" | "gap", about: object) => {
  const methods = namesOf(outcomes, "method")
  const values = outcomes
    .filter((outcome) => outcome.model === model)
    .map((outcome) => ({
      method: outcome.method,
      base: baseOf(outcome.method),
      value: Number(outcome[field].toPrecision(6))
    }))
  const y = { field: "method", type: "nominal", title: null, sort: [...methods] }
  const color = { ...colorsOf(methods), legend: null }
  return {
    width: 300,
    height: { step: 22 },
    data: { values },
    layer: [
      {
        mark: { type: "bar", opacity: 0.55 },
        encoding: { y, x: { aggregate: "mean", field: "value", type: "quantitative", ...about }, color }
      },
      {
        mark: { type: "point", size: 36, strokeWidth: 1.4 },
        encoding: { y, x: { field: "value", type: "quantitative" }, color }
      }
    ]
  }
}
