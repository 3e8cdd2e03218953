/** A sweep over several dimensions as parallel axes: a line for each combination, coloured by what it led to. */
import type { Figure, Json } from "../stage/ArtifactKind.ts"
import { extent } from "./extent.ts"
import { matrixText } from "./matrix-text.ts"
import { numberText } from "./quantity-text.ts"
import { type Dimension, isLogarithmic, type Sweep } from "./Sweep.ts"

/** Combinations that are drawn. */
const MAX_LINES = 500

/** Values that an axis names one by one; of more numbers it names the ends. */
const MAX_LABELS = 8

/** Sizes, in CSS pixels. */
const WIDTH = 640
const HEIGHT = 220

/** A place on an axis, from 0 at its foot to 1 at its head. */
type Place = (value: Json | undefined) => number | undefined

interface Axis {
  readonly name: string
  readonly place: Place
  readonly labels: ReadonlyArray<{ readonly text: string; readonly at: number }>
}

/** The axes are the dimensions in their order, and the first metric as the last one. */
export const parallelAxes = ({ dimensions, metrics: [metric = ""], groups: all }: Sweep): Figure => {
  // What diverged has no place on an axis.
  const groups = all.filter(({ metrics: [first] }) => first !== undefined && first.count > 0)
  const outcomes = groups.flatMap(({ metrics: [first] }) => first?.mean ?? [])
  const axes = [...dimensions.map(axisOf), numericAxis(metric, outcomes)]
  const lines = groups.slice(0, MAX_LINES).flatMap(({ at, metrics: [outcome] }, line) =>
    outcome === undefined
      ? []
      : [...at, outcome.mean].flatMap((value, index) => {
          const axis = axes[index]
          const place = axis?.place(value)
          return axis === undefined || place === undefined
            ? []
            : [{ line, axis: axis.name, place, outcome: outcome.mean }]
        })
  )
  const labels = axes.flatMap(({ name, labels }) => labels.map(({ text, at }) => ({ axis: name, place: at, text })))
  const sort = axes.map(({ name }) => name)
  const y = { field: "place", type: "quantitative", axis: null, scale: { domain: [-0.04, 1.04], nice: false } }
  return {
    spec: {
      width: WIDTH,
      height: HEIGHT,
      encoding: {
        x: {
          field: "axis",
          type: "nominal",
          sort,
          title: null,
          scale: { type: "point", padding: 0.3 },
          axis: { labelAngle: 0, domain: false, ticks: false, grid: true, labelPadding: 8 }
        }
      },
      layer: [
        {
          data: { values: lines },
          mark: { type: "line", strokeWidth: 1.3, opacity: 0.7 },
          encoding: {
            y,
            detail: { field: "line", type: "nominal" },
            color: {
              field: "outcome",
              type: "quantitative",
              title: metric,
              scale: { scheme: "viridis", ...logarithmic(outcomes) }
            }
          }
        },
        {
          data: { values: labels },
          mark: {
            type: "text",
            align: "left",
            dx: 5,
            fontSize: 10,
            stroke: "white",
            strokeWidth: 3,
            strokeOpacity: 0.8
          },
          encoding: { y, text: { field: "text" } }
        },
        {
          data: { values: labels },
          mark: { type: "text", align: "left", dx: 5, fontSize: 10 },
          encoding: { y, text: { field: "text" } }
        }
      ]
    }
  }
}

const logarithmic = (values: ReadonlyArray<number>): { readonly type?: "log" } =>
  isLogarithmic(values) ? { type: "log" } : {}

const axisOf = ({ name, values, isNumeric }: Dimension): Axis => {
  if (isNumeric) return numericAxis(name, values.map(Number))
  const texts = values.map(matrixText)
  const at = (index: number): number => (texts.length < 2 ? 0.5 : index / (texts.length - 1))
  return {
    name,
    place: (value) => {
      const index = value === undefined ? -1 : texts.indexOf(matrixText(value))
      return index < 0 ? undefined : at(index)
    },
    labels: texts.map((text, index) => ({ text, at: at(index) })).slice(0, MAX_LABELS)
  }
}

const numericAxis = (name: string, values: ReadonlyArray<number>): Axis => {
  const scale = isLogarithmic(values) ? Math.log : (value: number): number => value
  const [least, most] = extent(values)
  const place: Place = (value) => {
    if (typeof value !== "number") return undefined
    return least === most ? 0.5 : (scale(value) - scale(least)) / (scale(most) - scale(least))
  }
  const distinct = [...new Set(values)]
  const named = distinct.length <= MAX_LABELS ? distinct : [least, most]
  return {
    name,
    place,
    labels: named.map((value) => ({ text: numberText(Number(value.toPrecision(4))), at: place(value) ?? 0 }))
  }
}
