/** The picture of two graphs: nodes on a circle, in the true order, edges as lines with a head halfway. */
import type { Json } from "athanor/stage"
import { atan2 } from "../math/special/Arctangent.ts"
import { cos, sin } from "../math/special/Elementary.ts"
import { type Order, positionsOf } from "./Order.ts"

/** What an edge of one graph is to the other. */
const KINDS = ["right", "turned round", "too many", "missing"] as const

type Kind = (typeof KINDS)[number]

/** Told apart without one of the three kinds of cones: Okabe and Ito (2008). */
const COLORS = ["#7F7F7F", "#0072B2", "#D55E00", "#E69F00"]

export const graphFigure = (
  truth: Float64Array,
  found: Float64Array,
  order: Order,
  shd: number
): { readonly [key: string]: Json } => ({
  title: {
    text: "A learned graph beside the true one",
    subtitle: `${order.length} nodes on a circle, parents first, clockwise from the top; structural Hamming distance ${shd}`
  },
  hconcat: [
    panel("true", order, edgesOf(truth, found, order, "missing")),
    panel("learned", order, edgesOf(found, truth, order, "too many"))
  ]
})

type Edge = {
  readonly x: number
  readonly y: number
  readonly x2: number
  readonly y2: number
  readonly middleX: number
  readonly middleY: number
  /** Degrees clockwise from upwards. */
  readonly angle: number
  readonly kind: Kind
  readonly weight: number
}

/** Where a position on the circle is. */
const placeOf = (at: number, d: number): readonly [number, number] => {
  const turn = (2 * Math.PI * at) / d
  return [sin(turn), cos(turn)]
}

const shown = (value: number): number => Number(value.toFixed(4))

/** The edges of one graph; those that the other has in neither direction are of kind `alone`. */
const edgesOf = (own: Float64Array, other: Float64Array, order: Order, alone: Kind): ReadonlyArray<Edge> => {
  const d = order.length
  const positions = positionsOf(order)
  return [...own.entries()].flatMap(([at, weight]) => {
    if (weight === 0) return []
    const [i, j] = [Math.floor(at / d), at % d]
    const [[x, y], [x2, y2]] = [placeOf(positions[i]!, d), placeOf(positions[j]!, d)]
    const kind = other[at] !== 0 ? "right" : other[j * d + i] !== 0 ? "turned round" : alone
    const angle = (180 / Math.PI) * atan2(x2 - x, y2 - y)
    const [middleX, middleY] = [0.45 * x + 0.55 * x2, 0.45 * y + 0.55 * y2]
    const numbers = { x, y, x2, y2, middleX, middleY, angle, weight }
    return [{ ...mapValues(numbers), kind }]
  })
}

const mapValues = <Names extends string>(numbers: { readonly [name in Names]: number }): { [name in Names]: number } =>
  Object.fromEntries(Object.entries<number>(numbers).map(([name, value]) => [name, shown(value)])) as {
    [name in Names]: number
  }

const scale = { domain: [-1.15, 1.15] }

const panel = (title: string, order: Order, edges: ReadonlyArray<Edge>) => {
  const nodes = Array.from(order, (node, at) => {
    const [x, y] = placeOf(at, order.length)
    return { x: shown(x), y: shown(y), node: String(node) }
  })
  const color = { field: "kind", type: "nominal", title: "edge", scale: { domain: [...KINDS], range: COLORS } }
  return {
    title: { text: title, fontSize: 12, fontWeight: "normal", anchor: "middle" },
    width: 320,
    height: 320,
    view: { stroke: null },
    layer: [
      {
        data: { values: edges },
        mark: { type: "rule", strokeWidth: 1.2, opacity: 0.8 },
        encoding: {
          x: { field: "x", type: "quantitative", scale, axis: null },
          y: { field: "y", type: "quantitative", scale, axis: null },
          x2: { field: "x2" },
          y2: { field: "y2" },
          color
        }
      },
      {
        data: { values: edges },
        mark: { type: "point", shape: "triangle", filled: true, size: 42, opacity: 1 },
        encoding: {
          x: { field: "middleX", type: "quantitative", scale, axis: null },
          y: { field: "middleY", type: "quantitative", scale, axis: null },
          angle: { field: "angle", type: "quantitative", scale: null },
          color
        }
      },
      {
        data: { values: nodes },
        mark: { type: "circle", size: 300, color: "#FFFFFF", stroke: "#333333", strokeWidth: 1, opacity: 1 },
        encoding: { x: { field: "x", type: "quantitative", scale }, y: { field: "y", type: "quantitative", scale } }
      },
      {
        data: { values: nodes },
        mark: { type: "text", fontSize: 10, color: "#222222" },
        encoding: {
          x: { field: "x", type: "quantitative", scale },
          y: { field: "y", type: "quantitative", scale },
          text: { field: "node" }
        }
      }
    ]
  }
}
