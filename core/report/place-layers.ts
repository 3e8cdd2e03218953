/** The third step of drawing a graph in layers: how far down each place stands. */
import { type LayeredGraph, neighbours } from "./layer-graph.ts"

/** Rounds of moving each layer towards its neighbours. */
const ROUNDS = 24

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
  const middle = new Array<number>(graph.layerOf.length).fill(0)
  for (const layer of graph.layers) stack(layer, height, gap, middle)
  for (let round = 0; round < ROUNDS; round++) {
    const layers = round % 2 === 0 ? graph.layers : [...graph.layers].reverse()
    for (const layer of layers) {
      const wanted = layer.map((place) => {
        const linked = linkedPlaces(round, before[place]!, after[place]!)
        return linked.length === 0 ? middle[place]! : linked.reduce((sum, at) => sum + middle[at]!, 0) / linked.length
      })
      const settled = keepDistances(layer, wanted, height, gap)
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
 * The positions closest to those wanted, by least squares, that keep order and distance.
 *
 * With the distances taken off it is isotonic regression, solved exactly by pooling adjacent violators.
 */
const keepDistances = (
  layer: ReadonlyArray<number>,
  wanted: ReadonlyArray<number>,
  height: (place: number) => number,
  gap: number
): ReadonlyArray<number> => {
  const offsets: Array<number> = []
  for (const [index, place] of layer.entries()) {
    const last = layer[index - 1]
    offsets.push(last === undefined ? 0 : offsets[index - 1]! + (height(last) + height(place)) / 2 + gap)
  }
  const blocks: Array<{ sum: number; size: number }> = []
  for (const [index, value] of wanted.entries()) {
    let block = { sum: value - offsets[index]!, size: 1 }
    for (let last = blocks.at(-1); last !== undefined && last.sum / last.size > block.sum / block.size; ) {
      block = { sum: last.sum + block.sum, size: last.size + block.size }
      blocks.pop()
      last = blocks.at(-1)
    }
    blocks.push(block)
  }
  return blocks.flatMap(({ sum, size }) => new Array<number>(size).fill(sum / size)).map((at, i) => at + offsets[i]!)
}
