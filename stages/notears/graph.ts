/** A random acyclic graph with weights. */
import { Metric, StageType } from "athanor/stage"
import { Effect, Schema } from "effect"
import { stream } from "../math/random/Philox.ts"
import { topologicalOrder } from "./Dag.ts"
import { nodes, seed } from "./parameters.ts"
import { erdosRenyi, GRAPH_KINDS, scaleFree, TooManyEdges } from "./RandomGraph.ts"
import { matrix, orderTensor } from "./tensors.ts"

const size = (description: string, usual: number) =>
  Schema.Finite.check(Schema.isGreaterThan(0))
    .annotate({ description })
    .pipe(Schema.withDecodingDefaultKey(Effect.succeed(usual)))

/** The weights would be drawn from an interval that ends before it begins. */
class NoWeights extends Schema.TaggedError<NoWeights>()("NoWeights", { least: Schema.Finite, most: Schema.Finite }) {
  override get message(): string {
    return `no weight has a size from ${this.least} to ${this.most}`
  }
}

export default StageType.make({
  name: "notears/graph",
  summary: "Random acyclic graph, uniform or scale-free, with random weights",
  source: "Zheng et al. 2018 (arXiv 1803.01422), section 5: ER-k and SF-k, weights uniform on ±[0.5, 2]",
  determinism: "bitwise",
  params: Schema.Struct({
    nodes,
    kind: Schema.Literals(GRAPH_KINDS)
      .annotate({
        description: "ER: pairs of nodes at random; SF: Barabási and Albert, preferring nodes with many edges"
      })
      .pipe(Schema.withDecodingDefaultKey(Effect.succeed("ER" as const))),
    degree: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1000 }))
      .annotate({
        description: "k of ER-k, edges for each node on average; of SF-k, edges from each node to earlier ones"
      })
      .pipe(Schema.withDecodingDefaultKey(Effect.succeed(2))),
    least: size("Least absolute weight", 0.5),
    most: size("Largest absolute weight", 2),
    seed
  }),
  inputs: {},
  outputs: { weights: "Tensor", order: "Tensor" },
  run: ({ params: { nodes: d, kind, degree, least, most, seed } }) =>
    Effect.gen(function* () {
      if (least > most) return yield* new NoWeights({ least, most })
      if (kind === "ER" && degree * d > (d * (d - 1)) / 2) {
        return yield* new TooManyEdges({ nodes: d, edges: degree * d })
      }
      const random = stream(seed, "notears/graph")
      const edges = kind === "ER" ? erdosRenyi(random, d, degree * d) : scaleFree(random, d, degree)
      const [sizes, signs] = [random.uniforms(edges.length), random.uniforms(edges.length)]
      const weights = new Float64Array(d * d)
      for (const [at, [parent, child]] of edges.entries()) {
        weights[parent * d + child] = (signs[at]! < 0.5 ? -1 : 1) * (least + (most - least) * sizes[at]!)
      }
      yield* Metric.record("edges", edges.length)
      return { weights: matrix(d, d, weights), order: orderTensor(yield* topologicalOrder("weights", weights, d)) }
    })
})
