/** Random matrices of weights, cycles and all. */
import { stream } from "../../../../stages/math/random/Philox.ts"

/** Weights of both signs, each edge with a given probability; none from a node to itself. */
export const randomWeights = (d: number, density: number, seed: number, scale = 1): Float64Array => {
  const random = stream(seed, "random weights")
  const [chances, weights] = [random.uniforms(d * d), random.normals(d * d)]
  return weights.map((weight, i) => (i % (d + 1) !== 0 && chances[i]! < density ? scale * weight : 0))
}
