/** Samples of small linear models in the tests of the family. */
import { stream } from "../../../stages/math/random/Philox.ts"
import type { Samples } from "../../../stages/notears/tensors.ts"
import { randomDag } from "./graphs.ts"

/** n samples of d variables along a random graph with weights up to 1.5; noise N(0, scale²), of scales in [1, 1 + spread]. */
export const linearSamples = (name: string, n: number, d: number, spread = 0): Samples => {
  const { weights, order } = randomDag(name, d, 0.5)
  const random = stream(11, name)
  const scales = random.uniforms(d).map((share) => 1 + spread * share)
  const noise = random.normals(n * d)
  const data = new Float64Array(n * d)
  for (let row = 0; row < n; row++) {
    for (const node of order) {
      let value = scales[node]! * noise[row * d + node]!
      for (let parent = 0; parent < d; parent++) value += 3 * weights[parent * d + node]! * data[row * d + parent]!
      data[row * d + node] = value
    }
  }
  return { data, n, d }
}
