/** The network of several that does best on points that none of them was trained on: how β, or whatever else they differ in, is chosen. */
import { type Json, Metric, Port, StageType, type Table } from "athanor/stage"
import { Effect, Schema } from "effect"
import { methodOf } from "./fan-in.ts"
import { lossName, lossNamed } from "./loss-named.ts"
import { ofModel, outputsOf, type ReluNetwork, toModel } from "./ReluNetwork.ts"
import { asExamples } from "./tensors.ts"

/** There is no network to choose from. */
export class NothingToChoose extends Schema.TaggedError<NothingToChoose>()("NothingToChoose", {}) {
  override get message(): string {
    return "models has no network: give it one at least"
  }
}

const by = Schema.Literals(["loss", "accuracy"])
  .annotate({
    description: "What is best: the smallest loss, or the most signs that agree, and of these the smallest loss"
  })
  .pipe(Schema.withDecodingDefaultKey(Effect.succeed("loss" as const)))

export default StageType.make({
  name: "convex/choose",
  summary: "The network of several that does best on points set aside, as for another β each",
  source: "Stone, J. Royal Stat. Soc. B 36 (1974)",
  determinism: "bitwise",
  params: Schema.Struct({ loss: lossName, by }),
  inputs: { X: "Tensor", y: "Tensor", models: Port.many("Model") },
  outputs: { model: "Model", chosen: "Json", summary: "Table" },
  run: ({ params, inputs }) =>
    Effect.gen(function* () {
      const { x, y } = yield* asExamples(inputs.X, inputs.y)
      const loss = yield* lossNamed(params.loss, y)
      const tried: Array<Tried> = []
      for (const [index, { matrix, value }] of inputs.models.entries()) {
        const network = yield* ofModel(value, x.dimension)
        const outputs = outputsOf(network, x)
        const right = outputs.reduce((sum, output, i) => sum + (output * y[i]! > 0 ? 1 : 0), 0)
        const label = methodOf({ matrix }, index)
        tried.push({ label, matrix, network, loss: loss.value(outputs, y), accuracy: right / y.length })
      }
      // Of equals the first.
      const [best] = tried.toSorted((one, other) => order(one, other, params.by))
      if (best === undefined) return yield* new NothingToChoose()
      for (const { label, loss, accuracy } of tried) {
        yield* Metric.recordAll({ [`loss@${label}`]: loss, [`accuracy@${label}`]: accuracy })
      }
      yield* Metric.recordAll({ loss: best.loss, accuracy: best.accuracy })
      return { model: toModel(best.network), chosen: best.matrix, summary: summaryOf(tried) }
    })
})

/** A network, and what it does on the points set aside. */
interface Tried {
  readonly label: string
  readonly matrix: { readonly [name: string]: Json }
  readonly network: ReluNetwork
  readonly loss: number
  readonly accuracy: number
}

/** The loss of a network whose outputs overflow is no number, and larger than any. */
const byLoss = (one: Tried, other: Tried): number => {
  const [here, there] = [one.loss, other.loss].map((loss) => (Number.isNaN(loss) ? Number.POSITIVE_INFINITY : loss))
  return here === there ? 0 : here! - there!
}

/** The better first. */
const order = (one: Tried, other: Tried, by: "loss" | "accuracy"): number =>
  (by === "accuracy" ? other.accuracy - one.accuracy : 0) || byLoss(one, other)

const summaryOf = (tried: ReadonlyArray<Tried>): Table => ({
  columns: {
    network: tried.map(({ label }) => label),
    loss: Float64Array.from(tried, ({ loss }) => loss),
    accuracy: Float64Array.from(tried, ({ accuracy }) => accuracy),
    neurons: Int32Array.from(tried, ({ network }) => network.neurons)
  }
})
