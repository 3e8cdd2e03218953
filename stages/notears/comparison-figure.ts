/** The figure of a comparison: four quantities against the number of nodes, a column for each kind of method. */
import type { Json } from "athanor/stage"
import { exp, log } from "../math/special/Elementary.ts"
import { mean } from "../math/special/Statistics.ts"
import { grouped, methodsOf, type Trial } from "./Comparison.ts"
import { TOPO } from "./claims.ts"
import { baseOf, colorsOf, KINDS, kindOf, shapesOf } from "./colors.ts"

interface Row {
  readonly title: string
  readonly value: string
  /** On a logarithmic axis smaller numbers, and zero, are drawn here, and means are those of logarithms. */
  readonly floor?: number
}

const ROWS: ReadonlyArray<Row> = [
  { title: "share above lowest score", value: "excess", floor: 1e-9 },
  { title: "Hamming distance", value: "shd" },
  { title: "KKT residual", value: "kkt", floor: 1e-16 },
  { title: "operations", value: "flops", floor: 1 }
]

/** The method of the paper is in every column; a kind without methods has none. */
export const comparisonFigure = (trials: ReadonlyArray<Trial>, title: string): { readonly [key: string]: Json } => {
  const all = withExcess(trials)
  const kinds = KINDS.filter((kind) => methodsOf(trials).some((method) => kindOf(baseOf(method)) === kind))
  const columns = kinds.map((kind) => all.filter(({ method }) => kindOf(baseOf(method)) === kind || method === TOPO))
  return {
    title: { text: title, subtitle: subtitleOf(trials) },
    columns: kinds.length,
    concat: ROWS.flatMap((row, at) =>
      columns.map((shown, column) => ({
        ...(at === 0 && { title: { text: kinds[column]!, fontSize: 12 } }),
        ...panelOf(row, shown, { everything: all, isFirst: column === 0, isLast: at === ROWS.length - 1 })
      }))
    ),
    resolve: { scale: { color: "independent", shape: "independent", strokeDash: "independent" } }
  }
}

const subtitleOf = (trials: ReadonlyArray<Trial>): string => {
  const noises = [...new Set(trials.map(({ noise }) => noise))].filter((noise) => noise !== "")
  const data = noises.length === 0 ? "graphs" : `graphs, noise (${noises.join(", ")})`
  const isFollowed = trials.some(({ method }) => baseOf(method) !== method)
  return `Means over ${data} and seeds${isUneven(trials) ? ", fewer of them for some methods" : ""}${isFollowed ? `; dashed: followed by ${TOPO}` : ""}`
}

/** Whether the means of one number of nodes are over different settings. */
const isUneven = (trials: ReadonlyArray<Trial>): boolean =>
  [...grouped(trials, ({ d }) => `${d}`).values()].some((some) => {
    const settings = [...grouped(some, ({ method }) => method).values()].map((members) => members.length)
    return new Set(settings).size > 1
  })

const DASHES = {
  field: "second",
  type: "nominal",
  legend: null,
  scale: {
    domain: ["nothing", TOPO],
    range: [
      [1, 0],
      [5, 3]
    ]
  }
}

interface Surroundings {
  /** Trials of all columns, whose axes are the same. */
  readonly everything: ReadonlyArray<Trial>
  /** Of the columns, and of the rows: there axes have titles, and below are the legends. */
  readonly isFirst: boolean
  readonly isLast: boolean
}

const panelOf = (row: Row, trials: ReadonlyArray<Trial>, { everything, isFirst, isLast }: Surroundings) => {
  const legend = isLast ? { orient: "bottom", direction: "vertical", columns: 2 } : null
  const channels = { color: colorsOf(methodsOf(trials)), shape: shapesOf(methodsOf(trials)) }
  return {
    width: 230,
    height: 150,
    data: { values: pointsOf(trials, row) },
    layer: [
      { mark: { type: "line", strokeWidth: 1.8, opacity: 0.9 }, encoding: { strokeDash: DASHES } },
      {
        mark: { type: "point", filled: true, size: 46, opacity: 1 },
        encoding: { shape: { ...channels.shape, legend } }
      }
    ],
    encoding: {
      x: {
        field: "d",
        type: "quantitative",
        title: isLast ? "nodes d" : null,
        scale: { type: "log", nice: false, padding: 8 },
        axis: { grid: false, values: [...new Set(everything.map(({ d }) => d))].sort((a, b) => a - b) }
      },
      y: {
        field: "value",
        type: "quantitative",
        title: isFirst ? row.title : null,
        ...axisOf(
          row,
          pointsOf(everything, row).map(({ value }) => value)
        )
      },
      color: { ...channels.color, legend },
      detail: { field: "method", type: "nominal" }
    }
  }
}

/** Up to here there is room for a label at each tick. */
const CROWDED = 150

/** Scale and ticks for values that several panels share: whole powers of ten, or whole numbers. */
const axisOf = ({ floor }: Row, values: ReadonlyArray<number>) => {
  const most = values.reduce((largest, value) => Math.max(largest, value), floor ?? 1)
  if (floor === undefined) {
    const ticks = most > CROWDED ? [0, 1, 5, 20, 100, 500, 2000] : [0, 1, 2, 5, 10, 20, 50, 100]
    return {
      scale: { type: "symlog", domain: [0, most], nice: false },
      axis: { values: ticks.filter((tick) => tick <= most) }
    }
  }
  const least = values.reduce((smallest, value) => Math.min(smallest, value), most)
  const [first, last] = [Math.floor(log(least) / Math.LN10 + 1e-9), Math.ceil(log(most) / Math.LN10 - 1e-9)]
  const stride = Math.max(1, Math.ceil((last - first) / 6))
  const powers = Array.from({ length: Math.floor((last - first) / stride) + 1 }, (_, k) =>
    powerOfTen(first + k * stride)
  )
  return {
    scale: { type: "log", domain: [powerOfTen(first), powerOfTen(Math.max(last, first + 1))], nice: false },
    axis: { values: powers, format: ".0e" }
  }
}

const powerOfTen = (exponent: number): number => Number(`1e${exponent}`)

/** One for each method and number of nodes. */
const pointsOf = (trials: ReadonlyArray<Trial>, { value: name, floor }: Row) =>
  [...grouped(trials, ({ d, method }) => `${method}/${d}`).values()].flatMap((members) => {
    const { d, method } = members[0]!
    const found = members.flatMap(({ values }) => values[name] ?? [])
    if (found.length === 0) return []
    const middle = floor === undefined ? mean(found) : exp(mean(found.map((value) => log(Math.max(value, floor)))))
    const base = baseOf(method)
    const second = base === method ? "nothing" : TOPO
    return [{ method, base, second, d, value: Number(middle.toPrecision(6)) }]
  })

/** Trials with the share by which `refit` is above the lowest in their setting, as `excess`. */
const withExcess = (trials: ReadonlyArray<Trial>): ReadonlyArray<Trial> =>
  [...grouped(trials, ({ setting }) => setting).values()].flatMap((members) => {
    const refits = members.flatMap(({ values }) => values["refit"] ?? [])
    const lowest = refits.reduce((least, refit) => Math.min(least, refit), Number.POSITIVE_INFINITY)
    return members.map((trial) => {
      const refit = trial.values["refit"]
      return refit === undefined ? trial : { ...trial, values: { ...trial.values, excess: refit / lowest - 1 } }
    })
  })
