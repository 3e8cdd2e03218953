/** Colours and shapes of methods, in every figure of the family. */
import { RIVALS, TOPO } from "./claims.ts"

/**
 * Black is that of the method of the paper. The first ten are told apart without one of the three kinds of cones: Okabe and Ito (2008), and some that
 * go with them; further ones from Tol's muted scheme (2021).
 */
const OTHERS = [
  "#D55E00",
  "#0072B2",
  "#009E73",
  "#CC79A7",
  "#E69F00",
  "#B66DFF",
  "#882255",
  "#6DB6FF",
  "#661100",
  "#999999",
  "#117733",
  "#332288",
  "#DDCC77",
  "#AA4499"
]

/** The method before `+TOPO`. */
export const baseOf = (method: string): string => {
  const end = method.indexOf(`+${TOPO}`)
  return end < 0 ? method : method.slice(0, end)
}

/** The channel `color` for a field `base`. */
export const colorsOf = (methods: ReadonlyArray<string>) => {
  const domain = [...new Set(methods.map(baseOf))]
  const others = domain.filter((name) => name !== TOPO)
  const range = domain.map((name) => (name === TOPO ? "#000000" : OTHERS[others.indexOf(name) % OTHERS.length]!))
  return { field: "base", type: "nominal", title: "method", scale: { domain, range } }
}

const SEARCHES = [TOPO, `centred ${TOPO}`, "insertions", "iterated"]

/** What a method goes over: searches over orders, descents over weights; all else looks at one order, at neighbours, or at all. */
export const kindOf = (base: string): string =>
  SEARCHES.includes(base) ? "search over orders" : RIVALS.includes(base) ? "descent over weights" : "baseline"

/** The channel `shape` for a field `kind`. */
export const SHAPES = {
  field: "kind",
  type: "nominal",
  title: "kind",
  scale: {
    domain: ["search over orders", "descent over weights", "baseline"],
    range: ["circle", "triangle-up", "square"]
  }
}
