/** Random weighted graphs in the tests of acyclicity functions, and what is known of them by other means. */
import { stream } from "../../../../stages/math/random/Philox.ts"

/** Weights of both signs, each edge with a given probability; none from a node to itself. */
export const randomWeights = (d: number, density: number, seed: number, scale = 1): Float64Array => {
  const random = stream(seed, "random weights")
  const [chances, weights] = [random.uniforms(d * d), random.normals(d * d)]
  return weights.map((weight, i) => (i % (d + 1) !== 0 && chances[i]! < density ? scale * weight : 0))
}

/** The same with no cycle: an edge goes forward in a random order. */
export const randomDag = (d: number, density: number, seed: number): Float64Array => {
  const place = stream(seed, "places").permutation(d)
  return randomWeights(d, density, seed).map((weight, i) => (place[Math.floor(i / d)]! < place[i % d]! ? weight : 0))
}

/** Element (i, j): whether a path leads from i to j, of one edge at least. Floyd and Warshall. */
export const paths = (w: Float64Array, d: number): ReadonlyArray<boolean> => {
  const leads = Array.from(w, (weight) => weight !== 0)
  for (let k = 0; k < d; k++)
    for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) leads[i * d + j] ||= leads[i * d + k]! && leads[k * d + j]!
  return leads
}

export const hasCycle = (w: Float64Array, d: number): boolean =>
  paths(w, d).some((leads, i) => leads && i % (d + 1) === 0)
