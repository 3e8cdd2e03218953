/** The tangent kernel of a finite network, fresh or trained. */
import { type Model, Port, StageType } from "athanor/stage"
import { Effect, Schema } from "effect"
import { ShapeMismatch } from "../math/ShapeMismatch.ts"
import { ActivationName } from "./Activation.ts"
import { kernelBlocks } from "./empirical-kernel.ts"
import { type Settings, settingsOf } from "./model-settings.ts"
import { Batch, Network, uniformWidths, widthsOf } from "./Network.ts"
import { DEFAULT_ACTIVATION, DEFAULT_BETA, depth, seed, width } from "./parameters.ts"
import { asPoints } from "./tensors.ts"

const Params = Schema.Struct({
  width,
  depth,
  outputs: Schema.Int.check(Schema.isGreaterThan(0))
    .annotate({ description: "Outputs of the network, n_L; not used with a model" })
    .pipe(Schema.withDecodingDefaultKey(Effect.succeed(1))),
  // No defaults: what was asked for must be told from what was not.
  beta: Schema.optionalKey(
    Schema.Finite.annotate({
      description: `Weight of the biases; left out, that of the model's metadata, or ${DEFAULT_BETA}`
    })
  ),
  activation: Schema.optionalKey(
    ActivationName.annotate({
      description: `Nonlinearity of the hidden layers; left out, that of the model's metadata, or ${DEFAULT_ACTIVATION}`
    })
  ),
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
      const settings = yield* settingsOf(inputs.model, params)
      const network = yield* Effect.try({
        try: () => makeNetwork(params, settings, inputs.model, x.dimension),
        catch: (cause) => new ModelUnfit({ reason: cause instanceof Error ? cause.message : String(cause) })
      })
      const [taken = 0] = network.shape.widths
      for (const [input, points] of [
        ["points", x],
        ["others", y]
      ] as const) {
        if (points === undefined || points.dimension === taken) continue
        const found = [points.count, points.dimension]
        return yield* new ShapeMismatch({ input, found, expected: `${taken} coordinates each` })
      }
      const rows = new Batch(network, x.data, x.count).forward()
      const columns = y === undefined ? rows : new Batch(network, y.data, y.count).forward()
      const { kernel, parts } = kernelBlocks(rows, columns)
      const outputs = network.shape.widths.at(-1) ?? 1
      const shape = [x.count, columns.count]
      return {
        kernel: { shape: outputs === 1 ? shape : [outputs, outputs, ...shape], data: kernel },
        parts: { shape: [parts.length, ...shape], data: concatenate(parts) }
      }
    })
})

/** Depth, width and outputs come from the model when there is one. */
const makeNetwork = (
  params: typeof Params.Type,
  settings: Settings,
  model: Model | undefined,
  inputs: number
): Network<"f64"> => {
  if (model !== undefined) return new Network("f64", { widths: widthsOf(model), ...settings }).load(model)
  const widths = uniformWidths(inputs, params.width, params.depth, params.outputs)
  return new Network("f64", { widths, ...settings }).initialise(params.seed)
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
