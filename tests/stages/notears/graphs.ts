/** Random graphs in the tests of the family, and brute force over them. */
import { stream } from "../../../stages/math/random/Philox.ts"
import type { Order } from "../../../stages/notears/Order.ts"

/** Weights of a random acyclic graph in a random order of its nodes: each pair has an edge with this chance. */
export const randomDag = (name: string, d: number, chance: number): { weights: Float64Array; order: Order } => {
  const random = stream(7, name)
  const order = random.permutation(d)
  const weights = new Float64Array(d * d)
  for (let a = 0; a < d; a++) {
    for (let b = a + 1; b < d; b++) {
      const [isThere, size] = random.uniforms(2) as unknown as [number, number]
      if (isThere < chance) weights[order[a]! * d + order[b]!] = size - 0.5
    }
  }
  return { weights, order }
}

/** Whether there is a path, by Floyd and Warshall. */
export const pathsByBruteForce = (weights: Float64Array, d: number): Uint8Array => {
  const paths = Uint8Array.from(weights, (weight, at) => (weight !== 0 || at % (d + 1) === 0 ? 1 : 0))
  for (let k = 0; k < d; k++) {
    for (let i = 0; i < d; i++) {
      for (let j = 0; j < d; j++) if (paths[i * d + k] === 1 && paths[k * d + j] === 1) paths[i * d + j] = 1
    }
  }
  return paths
}

/** Weights from a list of edges, all of weight 1. */
export const graph = (d: number, ...edges: ReadonlyArray<readonly [number, number]>): Float64Array => {
  const weights = new Float64Array(d * d)
  for (const [i, j] of edges) weights[i * d + j] = 1
  return weights
}
