/** Fig. 1: the kernel on the circle, at the start and after training, beside its limit. */
import { Metric, Port, StageType } from "athanor/stage"
import { Effect, Schema } from "effect"
import { float64 } from "../math/float64.ts"
import { relativeChange } from "../math/linear/Norm.ts"
import { mean, standardDeviation } from "../math/special/Statistics.ts"
import { byWidth, checkPartners, checkShapes, type Group, type Item, shown, widthLabel } from "./groups.ts"
import { LIMIT_LABEL, networkEncoding } from "./network-encoding.ts"
import { lengthOf, squareSide, values } from "./tensors.ts"

export default StageType.make({
  name: "ntk/compare",
  summary: "Tangent kernels of finite networks beside their limit: spread over initialisations, growth in training",
  source: "Jacot et al. 2018, section 6.1, figure 1",
  determinism: "bitwise",
  params: Schema.Struct({
    time: Schema.Finite.annotate({ description: "Time of training, for the title" }).pipe(
      Schema.withDecodingDefaultKey(Effect.succeed(200))
    )
  }),
  inputs: {
    angles: "Tensor",
    limit: "Tensor",
    empirical: Port.many("Tensor"),
    trained: Port.many("Tensor")
  },
  outputs: { figure: "Figure", summary: "Table" },
  run: ({ params, inputs }) =>
    Effect.gen(function* () {
      const n = yield* squareSide("limit", inputs.limit)
      yield* lengthOf("angles", inputs.angles)
      const angles = yield* values("angles", inputs.angles, n, "limit has rows")
      const empirical = yield* kernelsOf("empirical", inputs.empirical, n)
      const trained = yield* kernelsOf("trained", inputs.trained, n)
      yield* checkPartners("trained", trained, "empirical", empirical)
      const x0 = nearestTo(angles, 0)
      const curve = (kernel: Float64Array): Float64Array => kernel.slice(x0 * n, (x0 + 1) * n)
      const limit = curve(float64(inputs.limit))
      const before = curves(empirical, curve)
      const after = curves(trained, curve)
      for (const [name, angle] of [
        ["0", 0],
        ["pi/2", Math.PI / 2],
        ["pi", Math.PI]
      ] as const) {
        const index = nearestTo(angles, angle)
        if (Math.abs(angles[index]! - angle) < 1e-9) yield* Metric.record(`limit@angle=${name}`, limit[index]!)
      }
      const rows = before.map((group) =>
        summarise(
          group,
          after.find(({ width }) => width === group.width),
          limit
        )
      )
      for (const { width, ...metrics } of rows) {
        for (const [name, value] of Object.entries(metrics)) {
          if (Number.isFinite(value)) yield* Metric.record(`${name}@width=${width}`, value)
        }
      }
      return {
        figure: { spec: figure(angles, limit, before, after, params.time) },
        summary: { columns: columnsOf(rows) }
      }
    })
})

/** Kernels on the points of the limit, by width. */
const kernelsOf = Effect.fnUntraced(function* (input: string, items: ReadonlyArray<Item>, n: number) {
  const groups = yield* byWidth(input, items)
  yield* checkShapes(input, groups, (shape) => shape.join() === `${n},${n}`, `${n}×${n}, as limit has`)
  return groups
})

interface Curves {
  readonly width: number
  readonly members: ReadonlyArray<{ readonly init: string; readonly curve: Float64Array }>
}

const curves = (groups: ReadonlyArray<Group>, curve: (kernel: Float64Array) => Float64Array): ReadonlyArray<Curves> =>
  groups.map(({ width, members }) => ({
    width,
    members: members.map(({ init, data }) => ({ init, curve: curve(data) }))
  }))

const nearestTo = (angles: Float64Array, wanted: number): number => {
  let best = 0
  for (const [index, angle] of angles.entries()) {
    if (Math.abs(angle - wanted) < Math.abs(angles[best]! - wanted)) best = index
  }
  return best
}

/**
 * Of one width: `spread`, the standard deviation over initialisations over the limit, averaged over the circle; `rmse`, the
 * distance of their mean from the limit, relative; `growth`, the mean ratio of the curve after training to before;
 * `change`, the relative distance between the two.
 */
const summarise = ({ width, members }: Curves, after: Curves | undefined, limit: Float64Array) => {
  const at = (index: number): Float64Array => Float64Array.from(members, ({ curve }) => curve[index]!)
  const means = limit.map((_, index) => mean(at(index)))
  const deviations = limit.map((_, index) => standardDeviation(at(index)))
  const pairs = members.flatMap(({ init, curve }) => {
    const later = after?.members.find((member) => member.init === init)?.curve
    return later === undefined ? [] : [{ curve, later }]
  })
  return {
    width,
    spread: mean(deviations) / mean(limit),
    rmse: relativeChange(limit, means),
    growth: mean(pairs.map(({ curve, later }) => mean(later) / mean(curve))),
    change: mean(pairs.map(({ curve, later }) => relativeChange(curve, later)))
  }
}

const columnsOf = (rows: ReadonlyArray<ReturnType<typeof summarise>>) => ({
  width: Float64Array.from(rows, ({ width }) => width),
  spread: Float64Array.from(rows, ({ spread }) => spread),
  rmse: Float64Array.from(rows, ({ rmse }) => rmse),
  growth: Float64Array.from(rows, ({ growth }) => growth),
  change: Float64Array.from(rows, ({ change }) => change)
})

const figure = (
  angles: Float64Array,
  limit: Float64Array,
  before: ReadonlyArray<Curves>,
  after: ReadonlyArray<Curves>,
  time: number
) => {
  const panels = [
    { panel: "t = 0", groups: before },
    { panel: `t = ${time}`, groups: after }
  ]
  const point = (panel: string, network: string, line: string, index: number, value: number) => ({
    panel,
    network,
    line,
    angle: shown(angles[index]!),
    kernel: shown(value)
  })
  const values = panels.flatMap(({ panel, groups }) => [
    ...groups.flatMap(({ width, members }) =>
      members.flatMap(({ init, curve }) =>
        Array.from(curve, (value, index) => point(panel, widthLabel(width), `${width}/${init}`, index, value))
      )
    ),
    ...Array.from(limit, (value, index) => point(panel, LIMIT_LABEL, "limit", index, value))
  ])
  return {
    title: {
      text: "The tangent kernel on the circle",
      subtitle: "Θ(x₀, x) for x₀ = (1, 0); one line for each initialisation"
    },
    data: { values },
    facet: {
      column: {
        field: "panel",
        type: "nominal",
        title: null,
        sort: panels.map(({ panel }) => panel),
        header: { labelFontWeight: "bold" }
      }
    },
    spec: {
      width: 330,
      height: 260,
      encoding: {
        x: {
          field: "angle",
          type: "quantitative",
          title: "angle γ of x",
          scale: { domain: [-3.15, 3.15], nice: false },
          axis: { values: [-3, -2, -1, 0, 1, 2, 3], grid: false }
        },
        y: { field: "kernel", type: "quantitative", title: "Θ(x₀, x)", scale: { zero: true } },
        ...networkEncoding(before.map(({ width }) => width)),
        detail: { field: "line", type: "nominal" }
      },
      layer: [
        {
          transform: [{ filter: "datum.line !== 'limit'" }],
          mark: { type: "line", strokeWidth: 1.1, opacity: 0.55 }
        },
        {
          transform: [{ filter: "datum.line === 'limit'" }],
          mark: { type: "line", strokeWidth: 2.2 }
        }
      ]
    }
  }
}
