/** Small multiples of a sweep: each metric against one dimension, with the spread over what is averaged over. */
import { aggregate } from "../explain/aggregate.ts"
import type { Figure, Json } from "../stage/ArtifactKind.ts"
import { extent } from "./extent.ts"
import { matrixText } from "./matrix-text.ts"
import { logTicks, NUMBER_LABEL, numberAxis } from "./number-axis.ts"
import { type Dimension, isLogarithmic, type Sweep } from "./Sweep.ts"

type Spec = Figure["spec"]

/** Metrics that are drawn, beside each other. */
const MAX_METRICS = 6
const COLUMNS = 3

/** Values of a dimension that have a colour each. */
const MAX_COLORS = 6

/** Tasks that have a dot each; of more the means alone are drawn. */
const MAX_DOTS = 100

/** Words on an axis that have room beside each other. */
const MAX_LEVEL = 3

/** The colour where there is one series: the first of the theme's. */
const ONLY = "#0072B2"

/** Sizes of a panel, in CSS pixels. */
const WIDTH = 200
const HEIGHT = 140

/** A figure, and the dimensions over which its means are taken. */
export interface SweepPanels {
  readonly figure: Figure
  readonly over: ReadonlyArray<string>
}

/** A panel for each metric. */
export const sweepPanels = (sweep: Sweep, dimension: Dimension): SweepPanels => {
  const series = seriesOf(sweep, dimension)
  const others = sweep.dimensions.filter((other) => other !== dimension && other !== series)
  const panels = sweep.metrics.slice(0, MAX_METRICS).map((metric) => panelOf(sweep, { metric, dimension, series }))
  const spec = { concat: panels, columns: COLUMNS, spacing: 30, resolve: { scale: { color: "shared" } } }
  return { figure: { spec }, over: [...others.map(({ name }) => name), ...sweep.replicates] }
}

/** Of the other dimensions with few values the one with the fewest: it gets the colours. */
const seriesOf = ({ dimensions }: Sweep, dimension: Dimension): Dimension | undefined =>
  dimensions
    .filter((other) => other !== dimension && other.values.length <= MAX_COLORS)
    .toSorted((a, b) => a.values.length - b.values.length)[0]

interface Panel {
  readonly metric: string
  readonly dimension: Dimension
  readonly series: Dimension | undefined
}

interface Point {
  readonly [field: string]: Json
  readonly at: Json
  readonly series: string
  readonly value: number
}

const panelOf = (sweep: Sweep, panel: Panel): Spec => {
  const { metric, dimension, series } = panel
  const points = pointsOf(sweep, panel)
  const y = { type: "quantitative", title: null, ...valueAxis(points.map(({ value }) => value)) }
  const value = { ...y, field: "value" }
  const means = meansOf(points)
  const dots = {
    data: { values: points.length > MAX_DOTS ? [] : points },
    mark: { type: "point", filled: true, size: 16, opacity: 0.35 },
    encoding: { y: value }
  }
  const spread = {
    data: { values: means },
    mark: { type: "rule", strokeWidth: 1.4 },
    encoding: { y: { ...y, field: "low" }, y2: { field: "high" } }
  }
  const line = {
    data: { values: means },
    mark: { type: "line", point: { size: 30 } },
    encoding: { y: value }
  }
  const dot = { ...line, mark: { type: "point", filled: true, size: 50 } }
  return {
    title: { text: metric, fontSize: 12, anchor: "middle" },
    width: WIDTH,
    height: HEIGHT,
    encoding: {
      x: axisOf(dimension),
      // What has no order stands side by side, not in one place.
      ...(series === undefined || dimension.isNumeric ? {} : { xOffset: { ...colorOf(series), title: null } }),
      color: series === undefined ? { value: ONLY } : { ...colorOf(series), legend: { symbolOpacity: 1 } }
    },
    layer: [dots, spread, dimension.isNumeric ? line : dot]
  }
}

const valueAxis = (values: ReadonlyArray<number>): Spec =>
  isLogarithmic(values)
    ? { scale: { type: "log", nice: false }, axis: { ...logTicks(values), labelExpr: NUMBER_LABEL } }
    : { scale: { zero: false }, axis: { tickCount: 4, labelExpr: NUMBER_LABEL } }

/** A point for each task that recorded the metric. */
const pointsOf = ({ dimensions, groups }: Sweep, { metric, dimension, series }: Panel): ReadonlyArray<Point> => {
  const place = dimensions.indexOf(dimension)
  const seriesPlace = series === undefined ? -1 : dimensions.indexOf(series)
  return groups.flatMap(({ at, tasks }): ReadonlyArray<Point> => {
    const value = at[place]
    if (value === undefined) return []
    const label = at[seriesPlace]
    const where = {
      at: dimension.isNumeric ? value : matrixText(value),
      series: label === undefined ? "–" : matrixText(label)
    }
    return tasks.flatMap(({ metrics }) => {
      const measured = metrics[metric]
      return measured === undefined || !Number.isFinite(measured) ? [] : [{ ...where, value: measured }]
    })
  })
}

/** For each place on the axis the mean, and the ends of one standard deviation about it. */
const meansOf = (points: ReadonlyArray<Point>): ReadonlyArray<Point> =>
  [...Map.groupBy(points, ({ at, series }) => JSON.stringify([at, series])).values()].flatMap((members) => {
    const [first] = members
    const values = members.map(({ value }) => value)
    const all = aggregate(values)
    if (first === undefined || all === undefined) return []
    const { mean, deviation = 0 } = all
    // A logarithmic axis has no place for what is not positive.
    const [least] = extent(values)
    const low = mean - deviation <= 0 && least > 0 ? least : mean - deviation
    return [{ ...first, value: mean, low, high: mean + deviation }]
  })

const axisOf = ({ name, values, isNumeric }: Dimension): Spec => {
  if (!isNumeric) {
    const axis = { labelAngle: values.length > MAX_LEVEL ? -45 : 0, labelLimit: 72, labelOverlap: false }
    return { field: "at", type: "nominal", title: name, sort: values.map(matrixText), axis }
  }
  const numbers = values.map(Number)
  return numberAxis({ name, numbers, isLog: isLogarithmic(numbers) })
}

const colorOf = ({ name, values }: Dimension): Spec => {
  const domain = values.map(matrixText)
  return { field: "series", type: "nominal", title: name, sort: domain, scale: { domain } }
}
