/** The network of proteins of human T cells that graph learning is tried on, with random weights. */
import { StageType } from "athanor/stage"
import { Effect, Schema } from "effect"
import { stream } from "../math/random/Philox.ts"
import { topologicalOrder } from "./Dag.ts"
import { seed } from "./parameters.ts"
import { matrix, orderTensor } from "./tensors.ts"

/** As the columns of the published data have them. */
export const PROTEINS = ["Raf", "Mek", "Plcg", "PIP2", "PIP3", "Erk", "Akt", "PKA", "PKC", "P38", "Jnk"] as const

type Protein = (typeof PROTEINS)[number]

/** The consensus of 17 edges. */
export const CONSENSUS: ReadonlyArray<readonly [Protein, Protein]> = [
  ["PKC", "Raf"],
  ["PKC", "Mek"],
  ["PKC", "PKA"],
  ["PKC", "P38"],
  ["PKC", "Jnk"],
  ["PKA", "Raf"],
  ["PKA", "Mek"],
  ["PKA", "Erk"],
  ["PKA", "Akt"],
  ["PKA", "P38"],
  ["PKA", "Jnk"],
  ["Raf", "Mek"],
  ["Mek", "Erk"],
  ["Erk", "Akt"],
  ["Plcg", "PIP2"],
  ["Plcg", "PIP3"],
  ["PIP3", "PIP2"]
]

export default StageType.make({
  name: "notears/sachs",
  summary: "The consensus network of 11 proteins with 17 edges, with random weights",
  source: "Sachs, Perez, Pe'er, Lauffenburger and Nolan, Science 308 (2005)",
  determinism: "bitwise",
  params: Schema.Struct({ seed }),
  inputs: {},
  outputs: { weights: "Tensor", order: "Tensor", names: "Json" },
  run: ({ params }) =>
    Effect.gen(function* () {
      const d = PROTEINS.length
      const random = stream(params.seed, "notears/sachs")
      const [sizes, signs] = [random.uniforms(CONSENSUS.length), random.uniforms(CONSENSUS.length)]
      const weights = new Float64Array(d * d)
      for (const [at, [parent, child]] of CONSENSUS.entries()) {
        const weight = (signs[at]! < 0.5 ? -1 : 1) * (0.5 + 1.5 * sizes[at]!)
        weights[PROTEINS.indexOf(parent) * d + PROTEINS.indexOf(child)] = weight
      }
      const order = orderTensor(yield* topologicalOrder("weights", weights, d))
      return { weights: matrix(d, d, weights), order, names: [...PROTEINS] }
    })
})
