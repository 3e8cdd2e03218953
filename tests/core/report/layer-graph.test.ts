import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { crossings, type Edge, layerGraph, neighbours } from "../../../core/report/layer-graph.ts"
import { placeLayers } from "../../../core/report/place-layers.ts"

const Size = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 24 }))
const Seed = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1_000_000 }))

/** Edges from lower to higher nodes, about two for each node. */
const randomEdges = (size: number, seed: number): ReadonlyArray<Edge> => {
  let state = seed
  const below = (bound: number): number => {
    state = (state * 48_271) % 2_147_483_647
    return state % bound
  }
  const edges = new Map<string, Edge>()
  for (let count = 0; count < 2 * size && size > 1; count++) {
    const [a, b] = [below(size), below(size)]
    if (a !== b) edges.set(`${Math.min(a, b)} ${Math.max(a, b)}`, { from: Math.min(a, b), to: Math.max(a, b) })
  }
  return [...edges.values()]
}

describe("layerGraph", () => {
  it.prop(
    "leads every edge from layer to next layer, from its start to its end",
    { size: Size, seed: Seed },
    ({ size, seed }) => {
      const edges = randomEdges(size, seed)
      const { layerOf, routes } = layerGraph(size, edges)
      return edges.every(({ from, to }, index) => {
        const route = routes[index]!
        return (
          route[0] === from &&
          route.at(-1) === to &&
          route.every((place, step) => layerOf[place] === layerOf[from]! + step)
        )
      })
    }
  )

  it.prop("puts every place into its layer, once", { size: Size, seed: Seed }, ({ size, seed }) => {
    const { layerOf, layers } = layerGraph(size, randomEdges(size, seed))
    const listed = layers.flatMap((layer, index) => layer.map((place) => [place, index] as const))
    assert.deepStrictEqual(new Map(listed), new Map(listed.map(([place]) => [place, layerOf[place]!])))
    assert.strictEqual(listed.length, layerOf.length)
  })

  it("gives equal graphs equal drawings", () => {
    const edges = randomEdges(20, 7)
    assert.deepStrictEqual(layerGraph(20, edges), layerGraph(20, edges))
  })

  it("undoes crossings that need not be", () => {
    // Two chains whose ends are listed the wrong way round.
    const { layers, layerOf, routes } = layerGraph(4, [
      { from: 0, to: 3 },
      { from: 1, to: 2 }
    ])
    assert.strictEqual(crossings(layers, neighbours(layerOf, routes).after), 0)
  })

  it("puts what needs nothing just before what needs it", () => {
    const { layerOf } = layerGraph(4, [
      { from: 0, to: 1 },
      { from: 1, to: 3 },
      { from: 2, to: 3 }
    ])
    assert.deepStrictEqual(layerOf.slice(0, 4), [0, 1, 1, 2])
  })

  it("draws nothing, one node, and edges that close a circle", () => {
    assert.deepStrictEqual(layerGraph(0, []).layers, [])
    assert.deepStrictEqual(layerGraph(1, []).layers, [[0]])
    assert.doesNotThrow(() =>
      layerGraph(3, [
        { from: 0, to: 1 },
        { from: 1, to: 2 },
        { from: 2, to: 0 }
      ])
    )
  })
})

describe("crossings", () => {
  it.prop("counts every pair of links that cross", { size: Size, seed: Seed }, ({ size, seed }) => {
    const { layers, layerOf, routes } = layerGraph(size, randomEdges(size, seed))
    const position = new Map(layers.flatMap((layer) => layer.map((place, index) => [place, index] as const)))
    const links = routes.flatMap((route) =>
      route.slice(1).map((place, step) => ({
        layer: layerOf[place]!,
        from: position.get(route[step]!)!,
        to: position.get(place)!
      }))
    )
    let expected = 0
    for (const a of links) for (const b of links) if (a.layer === b.layer && a.from < b.from && a.to > b.to) expected++
    return crossings(layers, neighbours(layerOf, routes).after) === expected
  })
})

describe("placeLayers", () => {
  it.prop("keeps the order of a layer and the gaps in it", { size: Size, seed: Seed }, ({ size, seed }) => {
    const graph = layerGraph(size, randomEdges(size, seed))
    const height = (place: number): number => (place < size ? 52 : 8)
    const middles = placeLayers(graph, height, 16)
    return graph.layers.every((layer) =>
      layer.every((place, index) => {
        const last = layer[index - 1]
        if (last === undefined) return middles[place]! - height(place) / 2 >= -1e-9
        return middles[place]! - middles[last]! >= (height(place) + height(last)) / 2 + 16 - 1e-6
      })
    )
  })

  it("draws a chain as a straight line", () => {
    const graph = layerGraph(
      5,
      [0, 1, 2, 3].map((from) => ({ from, to: from + 1 }))
    )
    const middles = placeLayers(graph, () => 52, 16)
    assert.isTrue(middles.every((middle) => Math.abs(middle - 26) < 1e-9))
  })

  it("keeps what has no connections next to what has", () => {
    const graph = layerGraph(
      7,
      [1, 2, 3, 4, 5].map((to) => ({ from: 0, to }))
    )
    const middles = placeLayers(graph, () => 52, 16)
    assert.deepStrictEqual(graph.layers[0], [0, 6])
    assert.closeTo(middles[6]! - middles[0]!, 68, 1e-3)
  })

  it("puts a node in the middle of those that it feeds", () => {
    const graph = layerGraph(
      4,
      [1, 2, 3].map((to) => ({ from: 0, to }))
    )
    const middles = placeLayers(graph, () => 52, 16)
    assert.closeTo(middles[0]!, (middles[1]! + middles[2]! + middles[3]!) / 3, 1e-6)
  })
})
