/** The figure of a comparison: four quantities against the number of nodes, a line for each method. */
import type { Json } from "athanor/stage"
import { exp, log } from "../math/special/Elementary.ts"
import { mean } from "../math/special/Statistics.ts"
import { grouped, methodsOf, type Trial } from "./Comparison.ts"
import { TOPO } from "./claims.ts"
import { baseOf, colorsOf, kindOf, SHAPES } from "./colors.ts"

interface Panel {
  readonly title: string
  readonly value: string
  readonly axis: string
  /** On a logarithmic axis smaller numbers, and zero, are drawn here, and means are those of logarithms. */
  readonly floor?: number
}

const PANELS: ReadonlyArray<Panel> = [
  { title: "Score above the lowest that any method found", value: "excess", axis: "share of the lowest", floor: 1e-9 },
  { title: "Structural Hamming distance", value: "shd", axis: "edges" },
  { title: "KKT residual", value: "kkt", axis: "largest gradient", floor: 1e-16 },
  { title: "Cost", value: "flops", axis: "multiplications and additions", floor: 1 }
]

export const comparisonFigure = (trials: ReadonlyArray<Trial>): { readonly [key: string]: Json } => {
  const methods = methodsOf(trials)
  const sizes = [...new Set(trials.map(({ d }) => d))].sort((a, b) => a - b)
  const panels = PANELS.map((panel) => panelOf(panel, withExcess(trials), methods, sizes))
  return {
    title: { text: "Methods against the number of nodes", subtitle: "Means over graphs, noise and seeds" },
    vconcat: [{ hconcat: panels.slice(0, 2) }, { hconcat: panels.slice(2) }]
  }
}

const DASHES = {
  field: "second",
  type: "nominal",
  title: "followed by",
  legend: { symbolType: "stroke", symbolSize: 400 },
  scale: {
    domain: ["nothing", TOPO],
    range: [
      [1, 0],
      [5, 3]
    ]
  }
}

const panelOf = (
  { axis, floor, title, value }: Panel,
  trials: ReadonlyArray<Trial>,
  methods: ReadonlyArray<string>,
  sizes: ReadonlyArray<number>
) => ({
  title: { text: title, fontSize: 12, fontWeight: "normal", anchor: "middle" },
  width: 330,
  height: 240,
  data: { values: pointsOf(trials, value, floor) },
  layer: [
    { mark: { type: "line", strokeWidth: 1.8, opacity: 0.9 }, encoding: { strokeDash: DASHES } },
    { mark: { type: "point", filled: true, size: 42, opacity: 1 }, encoding: { shape: SHAPES } }
  ],
  encoding: {
    x: {
      field: "d",
      type: "quantitative",
      title: "nodes d",
      scale: { type: "log", nice: false, padding: 8 },
      axis: { grid: false, values: [...sizes] }
    },
    y: {
      field: "value",
      type: "quantitative",
      title: axis,
      scale: { type: floor === undefined ? "symlog" : "log", nice: false },
      axis: { tickCount: 6, format: floor === undefined ? "~g" : ".0e" }
    },
    color: colorsOf(methods),
    detail: { field: "method", type: "nominal" }
  }
})

/** One for each method and number of nodes. */
const pointsOf = (trials: ReadonlyArray<Trial>, name: string, floor: number | undefined) =>
  [...grouped(trials, ({ d, method }) => `${method}/${d}`).values()].flatMap((members) => {
    const { d, method } = members[0]!
    const found = members.flatMap(({ values }) => values[name] ?? [])
    if (found.length === 0) return []
    const middle = floor === undefined ? mean(found) : exp(mean(found.map((value) => log(Math.max(value, floor)))))
    const base = baseOf(method)
    const second = base === method ? "nothing" : TOPO
    return [{ method, base, kind: kindOf(base), second, d, value: Number(middle.toPrecision(6)) }]
  })

/** Trials with the share by which `refit` is above the lowest in their setting, as `excess`. */
const withExcess = (trials: ReadonlyArray<Trial>): ReadonlyArray<Trial> =>
  [...grouped(trials, ({ setting }) => setting).values()].flatMap((members) => {
    const lowest = members.reduce((least, { values }) => Math.min(least, values["refit"]!), Number.POSITIVE_INFINITY)
    return members.map((trial) => ({
      ...trial,
      values: { ...trial.values, excess: trial.values["refit"]! / lowest - 1 }
    }))
  })
