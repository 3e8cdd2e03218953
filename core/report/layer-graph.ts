/** The first two steps of drawing a directed graph in layers: which layer each node stands in, and in which order. */

/** An edge between nodes given by index. */
export interface Edge {
  readonly from: number
  readonly to: number
}

/**
 * A place in a layer: a node, or a bend, where an edge that spans several layers passes through.
 *
 * Every link joins places of neighbouring layers.
 */
export interface LayeredGraph {
  /** The layer of each place; nodes come first, then bends. */
  readonly layerOf: ReadonlyArray<number>
  /** The places of each layer, from top to bottom. */
  readonly layers: ReadonlyArray<ReadonlyArray<number>>
  /** For each edge the places on its way, both ends included. */
  readonly routes: ReadonlyArray<ReadonlyArray<number>>
}

/** Sweeps over the layers, one way and back; crossings rarely fall after the first few. */
const SWEEPS = 12

/**
 * Longest-path layers, then barycentre ordering (Sugiyama, Tagawa and Toda 1981), keeping the order with fewest crossings.
 *
 * Edges must point from lower to higher indices or at least form no cycle; those that close one are left out of the
 * layering. Deterministic: equal graphs have equal drawings.
 */
export const layerGraph = (size: number, edges: ReadonlyArray<Edge>): LayeredGraph => {
  const { layerOf, routes } = routed(nodeLayers(size, edges), edges)
  const layers: Array<Array<number>> = Array.from({ length: Math.max(0, ...layerOf) + (size > 0 ? 1 : 0) }, () => [])
  for (const [place, layer] of layerOf.entries()) layers[layer]?.push(place)
  return { layerOf, layers: ordered(layers, neighbours(layerOf, routes)), routes }
}

/** The length of the longest path to each node; what nothing leads to stands just before the first that needs it. */
const nodeLayers = (size: number, edges: ReadonlyArray<Edge>): ReadonlyArray<number> => {
  const nexts: Array<Array<number>> = Array.from({ length: size }, () => [])
  for (const { from, to } of edges) nexts[from]!.push(to)
  const layer = new Array<number>(size).fill(0)
  for (const node of topologicalOrder(nexts)) {
    for (const next of nexts[node]!) layer[next] = Math.max(layer[next]!, layer[node]! + 1)
  }
  const hasInput = new Set(edges.map(({ to }) => to))
  return layer.map((own, node) => {
    if (hasInput.has(node) || nexts[node]!.length === 0) return own
    return Math.max(0, Math.min(...nexts[node]!.map((next) => layer[next]!)) - 1)
  })
}

/** Kahn's order; nodes on a cycle are left out. */
const topologicalOrder = (nexts: ReadonlyArray<ReadonlyArray<number>>): ReadonlyArray<number> => {
  const waiting = new Array<number>(nexts.length).fill(0)
  for (const next of nexts.flat()) waiting[next]! += 1
  const order = waiting.flatMap((count, node) => (count === 0 ? [node] : []))
  for (const node of order) for (const next of nexts[node]!) if (--waiting[next]! === 0) order.push(next)
  return order
}

/** Puts a bend into every layer that an edge passes. */
const routed = (nodeLayer: ReadonlyArray<number>, edges: ReadonlyArray<Edge>) => {
  const layerOf = [...nodeLayer]
  const routes = edges.map(({ from, to }) => {
    const route = [from]
    for (let layer = layerOf[from]! + 1; layer < layerOf[to]!; layer++) route.push(layerOf.push(layer) - 1)
    return [...route, to]
  })
  return { layerOf, routes }
}

/** For each place its neighbours in the layer before and in the layer after. */
export interface Neighbours {
  readonly before: ReadonlyArray<ReadonlyArray<number>>
  readonly after: ReadonlyArray<ReadonlyArray<number>>
}

/** The links of the routes, from both sides. */
export const neighbours = (
  layerOf: ReadonlyArray<number>,
  routes: ReadonlyArray<ReadonlyArray<number>>
): Neighbours => {
  const before: Array<Array<number>> = layerOf.map(() => [])
  const after: Array<Array<number>> = layerOf.map(() => [])
  for (const route of routes) {
    for (let step = 1; step < route.length; step++) {
      const [from, to] = [route[step - 1]!, route[step]!]
      if (layerOf[from]! >= layerOf[to]!) continue
      after[from]!.push(to)
      before[to]!.push(from)
    }
  }
  return { before, after }
}

type Layers = ReadonlyArray<ReadonlyArray<number>>

const ordered = (initial: Layers, { before, after }: Neighbours): Layers => {
  let layers = initial.map((layer) => [...layer])
  let best = layers
  let fewest = crossings(layers, after)
  for (let sweep = 0; sweep < SWEEPS && fewest > 0; sweep++) {
    const forward = sweep % 2 === 0
    const rows = layers.map((layer) => [...layer])
    const position = positions(rows)
    const sequence = forward ? rows.keys() : [...rows.keys()].reverse()
    for (const index of sequence) sortByBarycentre(rows[index]!, forward ? before : after, position)
    layers = rows
    const count = crossings(layers, after)
    if (count < fewest) [best, fewest] = [layers, count]
  }
  return best
}

const positions = (layers: Layers): Array<number> => {
  const position: Array<number> = []
  for (const layer of layers) for (const [index, place] of layer.entries()) position[place] = index
  return position
}

/** Sorts a layer by the mean position of each place's neighbours; places without any stay where they are. */
const sortByBarycentre = (
  layer: Array<number>,
  linked: ReadonlyArray<ReadonlyArray<number>>,
  position: Array<number>
): void => {
  const mean = (place: number): number => {
    const others = linked[place]!
    return others.length === 0
      ? position[place]!
      : others.reduce((sum, other) => sum + position[other]!, 0) / others.length
  }
  const weights = new Map(layer.map((place) => [place, mean(place)]))
  layer.sort((a, b) => weights.get(a)! - weights.get(b)! || position[a]! - position[b]!)
  for (const [index, place] of layer.entries()) position[place] = index
}

/** How many pairs of links cross: the inversions among the links of each pair of layers. */
export const crossings = (layers: Layers, after: ReadonlyArray<ReadonlyArray<number>>): number => {
  const position = positions(layers)
  let total = 0
  for (const layer of layers) {
    const ends = layer.flatMap((place) => after[place]!.map((other) => position[other]!).sort((a, b) => a - b))
    total += inversions(ends)
  }
  return total
}

/** Pairs out of order, counted with a Fenwick tree. */
const inversions = (values: ReadonlyArray<number>): number => {
  const tree = new Int32Array(Math.max(0, ...values) + 2)
  let total = 0
  for (const [seen, value] of values.entries()) {
    let notGreater = 0
    for (let at = value + 1; at > 0; at -= at & -at) notGreater += tree[at]!
    total += seen - notGreater
    for (let at = value + 1; at < tree.length; at += at & -at) tree[at]! += 1
  }
  return total
}
