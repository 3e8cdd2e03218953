/** Fig. 3: convergence along a principal component, and the deviation from it. */
import { Metric, Port, StageType } from "athanor/stage"
import { Effect, Schema } from "effect"
import { byWidth, type Group, shown, WIDTH_COLORS, widthLabel } from "./groups.ts"
import { float64, ShapeMismatch } from "./tensors.ts"

export default StageType.make({
  name: "ntk/convergence",
  summary: "Error of networks along an eigenfunction of the limiting kernel, and across it, over training time",
  source: "Jacot et al. 2018, section 6.3, figure 3",
  determinism: "bitwise",
  params: Schema.Struct({
    component: Schema.Int.check(Schema.isGreaterThan(0))
      .annotate({ description: "Eigenfunction along which the target lies, counted from 1" })
      .pipe(Schema.withDecodingDefaultKey(Effect.succeed(2))),
    times: Schema.Array(Schema.Int)
      .annotate({ description: "Times at which numbers are recorded, where a snapshot is there" })
      .pipe(Schema.withDecodingDefaultKey(Effect.succeed([160, 320, 480])))
  }),
  inputs: {
    eigenfunctions: "Tensor",
    targets: "Tensor",
    limitTimes: "Tensor",
    limitFits: "Tensor",
    times: Port.many("Tensor"),
    fits: Port.many("Tensor")
  },
  outputs: { figure: "Figure", errors: "Table" },
  run: ({ params, inputs }) =>
    Effect.gen(function* () {
      const [components = 0, n = 0] = inputs.eigenfunctions.shape
      if (params.component > components) {
        return yield* new ShapeMismatch({
          input: "eigenfunctions",
          found: inputs.eigenfunctions.shape,
          expected: `at least ${params.component} rows`
        })
      }
      const start = (params.component - 1) * n
      const f2 = float64(inputs.eigenfunctions).slice(start, start + n)
      const targets = float64(inputs.targets)
      const times = byWidth(inputs.times)
      const errors = byWidth(inputs.fits).flatMap((group, index) => errorsOf(group, times[index], targets, f2))
      const limit = errorsOf(alone(float64(inputs.limitFits)), alone(float64(inputs.limitTimes)), targets, f2)
      yield* Metric.record(
        "largest h in the limit",
        limit.reduce((most, { across }) => Math.max(most, across), 0)
      )
      const limitAt = new Map(limit.map(({ time, along }) => [time, along]))
      for (const { width, init, time, along, across } of errors) {
        if (!params.times.includes(time)) continue
        const place = `width=${width},init=${init},t=${time}`
        yield* Metric.record(`g@${place}`, along)
        yield* Metric.record(`h@${place}`, across)
        const expected = limitAt.get(time)
        if (expected !== undefined) yield* Metric.record(`g/limit@${place}`, along / expected)
      }
      return { figure: { spec: figure(errors, limit) }, errors: { columns: columnsOf(errors) } }
    })
})

/** What holds for every network of infinite width. */
const alone = (data: Float64Array): Group => ({
  width: Number.POSITIVE_INFINITY,
  members: [{ init: "limit", shape: [data.length], data }]
})

interface ErrorAt {
  readonly width: number
  readonly init: string
  readonly time: number
  /** ‖g_t‖ in the empirical distribution. */
  readonly along: number
  /** ‖h_t‖ */
  readonly across: number
}

/** f_t − f* split into g_t along the eigenfunction and h_t across it; f* is f₀ plus the targets. */
const errorsOf = (
  { width, members }: Group,
  times: Group | undefined,
  targets: Float64Array,
  f2: Float64Array
): ReadonlyArray<ErrorAt> => {
  const n = f2.length
  return members.flatMap(({ init, data }, index) => {
    const steps = times?.members[index]?.data ?? new Float64Array(0)
    return Array.from(steps, (time, row) => {
      const error = f2.map((_, i) => data[row * n + i]! - data[i]! - targets[i]!)
      const component = error.reduce((sum, value, i) => sum + value * f2[i]!, 0) / n
      const rest = error.reduce((sum, value, i) => sum + (value - component * f2[i]!) ** 2, 0) / n
      return { width, init, time, along: Math.abs(component), across: Math.sqrt(rest) }
    })
  })
}

const columnsOf = (errors: ReadonlyArray<ErrorAt>) => ({
  width: Float64Array.from(errors, ({ width }) => width),
  init: errors.map(({ init }) => init),
  time: Float64Array.from(errors, ({ time }) => time),
  along: Float64Array.from(errors, ({ along }) => along),
  across: Float64Array.from(errors, ({ across }) => across)
})

const figure = (errors: ReadonlyArray<ErrorAt>, limit: ReadonlyArray<ErrorAt>) => {
  const widths = [...new Set(errors.map(({ width }) => width))]
  const names = [...widths.map(widthLabel), "n → ∞"]
  const panel = (title: string, quantity: "along" | "across") => ({
    title: { text: title, fontSize: 12, fontWeight: "normal", anchor: "middle" },
    width: 330,
    height: 260,
    data: {
      values: [
        ...errors.map(({ width, init, time, ...sizes }) => ({
          network: widthLabel(width),
          line: `${width}/${init}`,
          time,
          error: shown(sizes[quantity])
        })),
        ...limit.map(({ time, ...sizes }) => ({ network: "n → ∞", line: "limit", time, error: shown(sizes[quantity]) }))
      ]
    },
    encoding: {
      x: { field: "time", type: "quantitative", title: "time t (gradient steps)", axis: { grid: false, tickCount: 6 } },
      y: { field: "error", type: "quantitative", title: quantity === "along" ? "‖gₜ‖" : "‖hₜ‖" },
      detail: { field: "line", type: "nominal" },
      color: {
        field: "network",
        type: "nominal",
        title: "width",
        sort: names,
        scale: { domain: names, range: [...WIDTH_COLORS.slice(0, names.length - 1), "#000000"] }
      }
    },
    layer: [
      { transform: [{ filter: "datum.line !== 'limit'" }], mark: { type: "line", strokeWidth: 1.8, opacity: 0.85 } },
      {
        transform: [{ filter: "datum.line === 'limit'" }],
        mark: { type: "line", strokeWidth: 2.2, strokeDash: [6, 4] }
      }
    ]
  })
  return {
    title: {
      text: "Convergence along the second principal component",
      subtitle: "MNIST; dashed: the limit of infinite width"
    },
    hconcat: [panel("error along the component", "along"), panel("deviation from it", "across")]
  }
}
