/** Colours and shapes of methods, in every figure of the family. */
import { RIVALS, TOPO } from "./claims.ts"

/**
 * Black is that of the method of the paper. The others are told apart without one of the three kinds of cones: Okabe and Ito (2008), and one that
 * goes with them.
 */
const OTHERS = ["#D55E00", "#0072B2", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#882255"]

/** One goes with each colour. */
const OTHER_SHAPES = ["square", "triangle-up", "diamond", "cross", "triangle-down", "triangle-right", "triangle-left"]

/** The method before `+TOPO`. */
export const baseOf = (method: string): string => {
  const end = method.indexOf(`+${TOPO}`)
  return end < 0 ? method : method.slice(0, end)
}

/** The channel `color` for a field `base`. */
export const colorsOf = (methods: ReadonlyArray<string>) => channel(methods, "#000000", OTHERS)

/** The channel `shape` for a field `base`. */
export const shapesOf = (methods: ReadonlyArray<string>) => channel(methods, "circle", OTHER_SHAPES)

const channel = (methods: ReadonlyArray<string>, ofTopo: string, ofOthers: ReadonlyArray<string>) => {
  const domain = [...new Set(methods.map(baseOf))]
  const others = domain.filter((name) => name !== TOPO)
  const range = domain.map((name) => (name === TOPO ? ofTopo : ofOthers[others.indexOf(name) % ofOthers.length]!))
  return { field: "base", type: "nominal", title: "method", scale: { domain, range } }
}

/** What a method goes over: searches over orders, descents over weights; all else looks at one order, at neighbours, or at all. */
export const KINDS = ["search over orders", "descent over weights", "baseline"] as const

const SEARCHES = [TOPO, `centred ${TOPO}`, "insertions", "iterated", "BIC", "price of edges"]

export const kindOf = (base: string): (typeof KINDS)[number] =>
  SEARCHES.includes(base) ? "search over orders" : RIVALS.includes(base) ? "descent over weights" : "baseline"
