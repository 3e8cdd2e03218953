/** The third step of drawing a graph in layers: how far down each place stands. */
import { type LayeredGraph, neighbours } from "./layer-graph.ts"

/** Rounds of moving each layer towards its neighbours. */
const ROUNDS = 24

/** How much more a bend holds on to its neighbours than a node. */
const BEND_WEIGHT = 3

/**
 * The middle of each place on the axis along its layer, such that places keep their order and their distances.
 *
 * `height` is the extent of a place along that axis, `gap` the space between two. Each layer in turn is moved as close to
 * its neighbours as the distances allow, in the sense of least squares.
 */
export const placeLayers = (
  graph: LayeredGraph,
  height: (place: number) => number,
  gap: number
): ReadonlyArray<number> => {
  const { before, after } = neighbours(graph.layerOf, graph.routes)
  const bends = new Set(graph.routes.flatMap((route) => route.slice(1, -1)))
  // A long edge should run straight, so it yields less than what is short.
  const weight = (a: number, b: number): number => (bends.has(a) ? BEND_WEIGHT : 1) * (bends.has(b) ? BEND_WEIGHT : 1)
  const middle = new Array<number>(graph.layerOf.length).fill(0)
  for (const layer of graph.layers) stack(layer, height, gap, middle)
  for (let round = 0; round < ROUNDS; round++) {
    const layers = round % 2 === 0 ? graph.layers : [...graph.layers].reverse()
    for (const layer of layers) {
      const wishes = layer.map((place, index) => {
        const linked = linkedPlaces(round, before[place]!, after[place]!)
        const total = linked.reduce((sum, other) => sum + weight(place, other), 0)
        const pull = linked.reduce((sum, other) => sum + weight(place, other) * middle[other]!, 0)
        if (total > 0) return { at: pull / total, weight: total }
        // What nothing holds keeps close to the place above it, and pushes nobody aside.
        return { at: middle[layer[index - 1] ?? layer[index + 1] ?? place]!, weight: 1e-6 }
      })
      const settled = keepDistances(layer, wishes, height, gap)
      for (const [index, place] of layer.entries()) middle[place] = settled[index]!
    }
  }
  const top = Math.min(...middle.map((at, place) => at - height(place) / 2))
  return middle.map((at) => at - top)
}

// One side at a time lines up chains; the last rounds weigh both.
const linkedPlaces = (round: number, before: ReadonlyArray<number>, after: ReadonlyArray<number>) => {
  if (round >= ROUNDS - 8) return [...before, ...after]
  const [near, far] = round % 2 === 0 ? [before, after] : [after, before]
  return near.length > 0 ? near : far
}

/** Places one below the other, centred about 0. */
const stack = (
  layer: ReadonlyArray<number>,
  height: (place: number) => number,
  gap: number,
  middle: Array<number>
): void => {
  const total = layer.reduce((sum, place) => sum + height(place), gap * Math.max(0, layer.length - 1))
  let top = -total / 2
  for (const place of layer) {
    middle[place] = top + height(place) / 2
    top += height(place) + gap
  }
}

/**
 * The positions closest to those wished for, by weighted least squares, that keep order and distance.
 *
 * With the distances taken off it is isotonic regression, solved exactly by pooling adjacent violators.
 */
const keepDistances = (
  layer: ReadonlyArray<number>,
  wishes: ReadonlyArray<{ readonly at: number; readonly weight: number }>,
  height: (place: number) => number,
  gap: number
): ReadonlyArray<number> => {
  const offsets: Array<number> = []
  for (const [index, place] of layer.entries()) {
    const last = layer[index - 1]
    offsets.push(last === undefined ? 0 : offsets[index - 1]! + (height(last) + height(place)) / 2 + gap)
  }
  const blocks: Array<{ readonly sum: number; readonly weight: number; readonly size: number }> = []
  for (const [index, wish] of wishes.entries()) {
    let block = { sum: wish.weight * (wish.at - offsets[index]!), weight: wish.weight, size: 1 }
    for (let last = blocks.at(-1); last !== undefined && last.sum / last.weight > block.sum / block.weight; ) {
      block = { sum: last.sum + block.sum, weight: last.weight + block.weight, size: last.size + block.size }
      blocks.pop()
      last = blocks.at(-1)
    }
    blocks.push(block)
  }
  return blocks
    .flatMap(({ sum, weight, size }) => new Array<number>(size).fill(sum / weight))
    .map((at, index) => at + offsets[index]!)
}
