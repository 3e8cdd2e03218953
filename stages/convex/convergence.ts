/** How the residuals of the ADMM fall. */
import { Metric, Port, StageType, type Table } from "athanor/stage"
import { Effect, Schema } from "effect"
import { ShapeMismatch } from "../math/ShapeMismatch.ts"
import { log } from "../math/special/Elementary.ts"
import { METHOD_COLORS, methodOf, shown } from "./fan-in.ts"
import { logarithmic } from "./logarithmic.ts"

/** Columns of a history, and their names in the figure. */
const RESIDUALS = [
  ["blocks", "‖u − v‖"],
  ["cone", "‖G u − s‖"],
  ["dual", "optimality"]
] as const

export default StageType.make({
  name: "convex/convergence",
  summary: "Residuals of the ADMM over its iterations, one line for each course, on a logarithmic scale",
  source: "Bai, Gautam, Sojoudi 2023, section 3: linear convergence",
  determinism: "bitwise",
  params: Schema.Struct({}),
  inputs: { histories: Port.many("Table") },
  outputs: { figure: "Figure" },
  run: ({ inputs: { histories } }) =>
    Effect.gen(function* () {
      const rows = []
      for (const [index, item] of histories.entries()) {
        const course = methodOf(item, index)
        const iterations = yield* column(item.value, "iteration")
        for (const [name, residual] of RESIDUALS) {
          const values = yield* column(item.value, name)
          for (const [at, value] of values.entries()) {
            if (value > 0) rows.push({ course, residual, iteration: iterations[at]!, value: shown(value) })
          }
          const fall = digitsPerThousand(iterations, values)
          if (Number.isFinite(fall)) yield* Metric.record(`digits of ${name}@${course}`, fall)
        }
      }
      return { figure: { spec: figure(rows, histories.map(methodOf)) } }
    })
})

const column = ({ columns }: Table, name: string): Effect.Effect<Float64Array, ShapeMismatch> => {
  const values = columns[name]
  return values instanceof Float64Array
    ? Effect.succeed(values)
    : Effect.fail(
        new ShapeMismatch({ input: "histories", found: [], expected: `a column ${name}, as convex/admm gives` })
      )
}

/** Decimal digits that a residual falls in a thousand iterations, by the last half of the course. */
const digitsPerThousand = (iterations: Float64Array, values: Float64Array): number => {
  const [from, to] = [Math.floor(values.length / 2), values.length - 1]
  const way = (iterations[to] ?? 0) - (iterations[from] ?? 0)
  return (1000 * (log(values[from] ?? 0) - log(values[to] ?? 0))) / (way * Math.LN10)
}

const figure = (
  rows: ReadonlyArray<{ readonly [field: string]: string | number }>,
  courses: ReadonlyArray<string>
) => ({
  title: { text: "Convergence of the ADMM", subtitle: "norms of the residuals, without over-relaxation, for each ρ" },
  data: { values: rows },
  facet: { column: { field: "residual", type: "nominal", title: null, sort: RESIDUALS.map(([, name]) => name) } },
  spec: {
    width: 230,
    height: 220,
    mark: { type: "line" },
    encoding: {
      x: { field: "iteration", type: "quantitative", axis: { format: "~s", tickCount: 4 } },
      y: { ...logarithmic("value", "norm"), axis: { format: ".0e", tickCount: 6, labelOverlap: true } },
      color: {
        field: "course",
        type: "nominal",
        title: null,
        sort: courses,
        scale: { domain: courses, range: courses.map((_, at) => METHOD_COLORS[at % METHOD_COLORS.length]!) }
      }
    }
  }
})
