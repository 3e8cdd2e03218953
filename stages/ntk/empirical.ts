/** The tangent kernel of a finite network, fresh or trained. */
import { type Model, Port, StageType } from "athanor/stage"
import { Effect, Schema } from "effect"
import { kernelParts, sumOfParts } from "./empirical-kernel.ts"
import { Batch, Network, uniformWidths, widthsOf } from "./Network.ts"
import { activationName, beta, depth, seed, width } from "./parameters.ts"
import { asPoints, ShapeMismatch } from "./tensors.ts"

const Params = Schema.Struct({
  width,
  depth,
  outputs: Schema.Int.check(Schema.isGreaterThan(0))
    .annotate({ description: "Outputs of the network, n_L; not used with a model" })
    .pipe(Schema.withDecodingDefaultKey(Effect.succeed(1))),
  beta,
  activation: activationName,
  seed
})

/** The tensors of the model do not make a network for these points. */
class ModelUnfit extends Schema.TaggedError<ModelUnfit>()("ModelUnfit", { reason: Schema.String }) {
  override get message(): string {
    return this.reason
  }
}

export default StageType.make({
  name: "ntk/empirical",
  summary: "Tangent kernel of a finite network: initial by seed, or with the weights of a model",
  source: "Jacot et al. 2018, section 4; by layers, see stages/ntk/empirical-kernel.ts",
  determinism: "bitwise",
  params: Params,
  inputs: { points: "Tensor", others: Port.optional("Tensor"), model: Port.optional("Model") },
  outputs: { kernel: "Tensor", parts: "Tensor" },
  run: ({ params, inputs }) =>
    Effect.gen(function* () {
      const x = yield* asPoints("points", inputs.points)
      const y = inputs.others === undefined ? undefined : yield* asPoints("others", inputs.others)
      const network = yield* Effect.try({
        try: () => makeNetwork(params, inputs.model, x.dimension),
        catch: (cause) => new ModelUnfit({ reason: cause instanceof Error ? cause.message : String(cause) })
      })
      if (network.shape.widths[0] !== x.dimension || (y !== undefined && y.dimension !== x.dimension)) {
        return yield* new ShapeMismatch({
          input: network.shape.widths[0] === x.dimension ? "others" : "points",
          found: [x.count, x.dimension],
          expected: `${network.shape.widths[0]} coordinates each`
        })
      }
      const rows = new Batch(network, x.data, x.count).forward()
      const columns = y === undefined ? rows : new Batch(network, y.data, y.count).forward()
      const outputs = network.shape.widths.at(-1) ?? 1
      const shape = [x.count, y?.count ?? x.count]
      const parts = kernelParts(rows, columns)
      const blocks = outputs === 1 ? sumOfParts(parts) : allBlocks(rows, columns, outputs)
      return {
        kernel: { shape: outputs === 1 ? shape : [outputs, outputs, ...shape], data: blocks },
        parts: { shape: [parts.length, ...shape], data: concatenate(parts) }
      }
    })
})

/** Depth, width and outputs come from the model when there is one. */
const makeNetwork = (params: typeof Params.Type, model: Model | undefined, inputs: number): Network<"f64"> => {
  const { beta, activation } = params
  if (model !== undefined) return new Network("f64", { widths: widthsOf(model), beta, activation }).load(model)
  const widths = uniformWidths(inputs, params.width, params.depth, params.outputs)
  return new Network("f64", { widths, beta, activation }).initialise(params.seed)
}

/** The kernels between all pairs of outputs, [k, k', point, point']. */
const allBlocks = (rows: Batch<"f64">, columns: Batch<"f64">, outputs: number): Float64Array => {
  const blocks: Array<Float64Array> = []
  for (let k = 0; k < outputs; k++) {
    for (let other = 0; other < outputs; other++) blocks.push(sumOfParts(kernelParts(rows, columns, k, other)))
  }
  return concatenate(blocks)
}

const concatenate = (arrays: ReadonlyArray<Float64Array>): Float64Array => {
  const all = new Float64Array(arrays.reduce((length, array) => length + array.length, 0))
  let at = 0
  for (const array of arrays) {
    all.set(array, at)
    at += array.length
  }
  return all
}
