/** Fig. 2: trained networks beside the Gaussian process that they tend to. */
import { Metric, Port, StageType } from "athanor/stage"
import { Effect, Schema } from "effect"
import { float64 } from "../math/float64.ts"
import { mean, normalQuantile, standardDeviation } from "../math/special/Statistics.ts"
import { LIMIT_COLOR, widthColors } from "./colors.ts"
import { byWidth, checkShapes, type Group, shown, widthLabel } from "./groups.ts"
import { lengthOf, values } from "./tensors.ts"

/** Of the band between the 10th and 90th percentile, in standard deviations. */
const HALF_BAND = normalQuantile(0.9)

export default StageType.make({
  name: "ntk/distribution",
  summary: "Outputs of trained networks beside percentiles of the limiting Gaussian process",
  source: "Jacot et al. 2018, section 6.2, figure 2",
  determinism: "bitwise",
  params: Schema.Struct({}),
  inputs: {
    angles: "Tensor",
    mean: "Tensor",
    deviation: "Tensor",
    trainingAngles: "Tensor",
    targets: "Tensor",
    predictions: Port.many("Tensor")
  },
  outputs: { figure: "Figure" },
  run: ({ inputs }) =>
    Effect.gen(function* () {
      const count = yield* lengthOf("angles", inputs.angles)
      const angles = float64(inputs.angles)
      const limit = {
        mean: yield* values("mean", inputs.mean, count, "angles"),
        deviation: yield* values("deviation", inputs.deviation, count, "angles")
      }
      const trainingCount = yield* lengthOf("trainingAngles", inputs.trainingAngles)
      const training = {
        angles: float64(inputs.trainingAngles),
        targets: yield* values("targets", inputs.targets, trainingCount, "trainingAngles")
      }
      const all = yield* byWidth("predictions", inputs.predictions)
      const fits = (shape: ReadonlyArray<number>) => shape.length === 2 && shape[0] !== 0 && shape[1] === count
      yield* checkShapes("predictions", all, fits, `times × ${count}, as many as angles`)
      const groups = all.map((group) => lastRows(group, count))
      for (const group of groups) {
        const { inside, spread, rmse } = summarise(group, limit)
        yield* Metric.record(`inside@width=${group.width}`, inside)
        yield* Metric.record(`rmse@width=${group.width}`, rmse)
        if (group.members.length > 1) yield* Metric.record(`spread@width=${group.width}`, spread)
      }
      return { figure: { spec: figure(angles, limit, groups, training) } }
    })
})

interface Limit {
  readonly mean: Float64Array
  readonly deviation: Float64Array
}

/** The outputs after the last step. */
const lastRows = ({ width, members }: Group, count: number): Group => ({
  width,
  members: members.map((member) => ({ ...member, data: member.data.slice(-count) }))
})

/**
 * Of one width: `inside`, the share of values between the limit's 10th and 90th percentile (theory: 0.80); `spread`, the
 * standard deviation over networks over the limit's, both averaged; `rmse` of their mean to the limit's mean.
 */
const summarise = ({ members }: Group, limit: Limit) => {
  let [inside, squares] = [0, 0]
  const deviations: Array<number> = []
  for (const [index, centre] of limit.mean.entries()) {
    const values = Float64Array.from(members, ({ data }) => data[index]!)
    // On a training point the band has no width, and round-off decides.
    const half = HALF_BAND * limit.deviation[index]! + 1e-6
    inside += values.filter((value) => Math.abs(value - centre) <= half).length
    squares += (mean(values) - centre) ** 2
    deviations.push(standardDeviation(values))
  }
  const count = limit.mean.length
  return {
    inside: inside / (count * members.length),
    spread: mean(deviations) / mean(limit.deviation),
    rmse: Math.sqrt(squares / count)
  }
}

const figure = (
  angles: Float64Array,
  limit: Limit,
  groups: ReadonlyArray<Group>,
  training: { readonly angles: Float64Array; readonly targets: Float64Array }
) => {
  const panels = groups.map(({ width }) => widthLabel(width))
  const values = groups.flatMap(({ width, members }) => {
    const panel = widthLabel(width)
    return [
      ...Array.from(angles, (angle, i) => ({
        panel,
        part: "limit",
        angle: shown(angle),
        f: shown(limit.mean[i]!),
        low: shown(limit.mean[i]! - HALF_BAND * limit.deviation[i]!),
        high: shown(limit.mean[i]! + HALF_BAND * limit.deviation[i]!)
      })),
      ...members.flatMap(({ init, data }) =>
        Array.from(angles, (angle, i) => ({
          panel,
          part: "network",
          line: init,
          angle: shown(angle),
          f: shown(data[i]!)
        }))
      ),
      ...Array.from(training.angles, (angle, i) => ({
        panel,
        part: "data",
        angle: shown(angle),
        f: shown(training.targets[i]!)
      }))
    ]
  })
  const x = {
    field: "angle",
    type: "quantitative",
    title: "angle γ of x",
    scale: { domain: [-3.15, 3.15], nice: false },
    axis: { values: [-3, -2, -1, 0, 1, 2, 3], grid: false }
  }
  const only = (part: string) => [{ filter: `datum.part === '${part}'` }]
  return {
    title: {
      text: "Trained networks and their limiting distribution",
      subtitle: "Grey: 10th to 90th percentile of the limit; dashed: its median; dots: training points"
    },
    data: { values },
    facet: {
      column: { field: "panel", type: "nominal", title: null, sort: panels, header: { labelFontWeight: "bold" } }
    },
    spec: {
      width: 330,
      height: 260,
      layer: [
        {
          transform: only("limit"),
          mark: { type: "area", color: "#9A9A9A", opacity: 0.35 },
          encoding: { x, y: { field: "low", type: "quantitative", title: "f(x)" }, y2: { field: "high" } }
        },
        {
          transform: only("network"),
          mark: { type: "line", strokeWidth: 1.1, opacity: 0.7 },
          encoding: {
            x,
            y: { field: "f", type: "quantitative" },
            detail: { field: "line", type: "nominal" },
            color: {
              field: "panel",
              type: "nominal",
              legend: null,
              scale: { domain: panels, range: widthColors(panels.length) }
            }
          }
        },
        {
          transform: only("limit"),
          mark: { type: "line", color: LIMIT_COLOR, strokeWidth: 1.8, strokeDash: [6, 4] },
          encoding: { x, y: { field: "f", type: "quantitative" } }
        },
        {
          transform: only("data"),
          mark: { type: "point", filled: true, color: "#000000", size: 60, opacity: 1 },
          encoding: { x, y: { field: "f", type: "quantitative" } }
        }
      ]
    }
  }
}
