/** Full-batch gradient descent on the squared error of a network. */
import { Metric, Port, Progress, StageType, type Tensor } from "athanor/stage"
import { Effect, Schema } from "effect"
import { float64 } from "../math/float64.ts"
import { relativeChange } from "../math/Norm.ts"
import { ShapeMismatch } from "../math/ShapeMismatch.ts"
import { kernelParts, sumOfParts } from "./empirical-kernel.ts"
import { Batch, Network, uniformWidths } from "./Network.ts"
import { activationName, beta, depth, seed, width } from "./parameters.ts"
import { asPoints, matrix, vector } from "./tensors.ts"

const Params = Schema.Struct({
  width,
  depth,
  beta,
  activation: activationName,
  seed,
  steps: Schema.Int.check(Schema.isGreaterThanOrEqualTo(0)).annotate({
    description: "Gradient steps; step k is time k"
  }),
  rate: Schema.Finite.check(Schema.isGreaterThan(0))
    .annotate({ description: "Learning rate" })
    .pipe(Schema.withDecodingDefaultKey(Effect.succeed(1))),
  snapshots: Schema.Array(Schema.Int)
    .annotate({ description: "Steps after which outputs are recorded; the first and the last always are" })
    .pipe(Schema.withDecodingDefaultKey(Effect.succeed([]))),
  targets: Schema.Literals(["absolute", "from-start"])
    .annotate({ description: "from-start: targets are added to the outputs of the untrained network" })
    .pipe(Schema.withDecodingDefaultKey(Effect.succeed("absolute" as const))),
  precision: Schema.Literals(["f64", "f32"])
    .annotate({ description: "Precision of the network; costs and outputs are float64 always" })
    .pipe(Schema.withDecodingDefaultKey(Effect.succeed("f64" as const))),
  drift: Schema.Boolean.annotate({
    description: "Whether to follow the tangent kernel at the points: |Θ_t − Θ_0| / |Θ_0| (Frobenius) at each snapshot"
  }).pipe(Schema.withDecodingDefaultKey(Effect.succeed(false)))
})

/** The cost is no number any more: the rate is too large for the kernel. */
class Diverged extends Schema.TaggedError<Diverged>()("Diverged", { step: Schema.Int, rate: Schema.Finite }) {
  override get message(): string {
    return `training diverged by step ${this.step} at rate ${this.rate}: it is stable below 2N / λ₁ of the kernel`
  }
}

export default StageType.make({
  name: "ntk/train",
  summary: "Full-batch gradient descent of a network on the squared error, with snapshots of its outputs",
  source: "Jacot et al. 2018, sections 3.2 and 6: C = 1/2N Σ (f − f*)², rate 1",
  determinism: "bitwise",
  params: Params,
  inputs: { points: "Tensor", targets: "Tensor", probes: Port.optional("Tensor") },
  outputs: {
    model: "Model",
    times: "Tensor",
    fits: "Tensor",
    predictions: "Tensor",
    losses: "Table",
    drift: "Table"
  },
  run: ({ params, inputs }) =>
    Effect.gen(function* () {
      const points = yield* asPoints("points", inputs.points)
      const probes = inputs.probes === undefined ? undefined : yield* asPoints("probes", inputs.probes)
      if (probes !== undefined && probes.dimension !== points.dimension) {
        return yield* new ShapeMismatch({
          input: "probes",
          found: [probes.count, probes.dimension],
          expected: `${points.dimension} coordinates, as points have`
        })
      }
      const targets = float64(inputs.targets)
      if (targets.length !== points.count) {
        return yield* new ShapeMismatch({
          input: "targets",
          found: inputs.targets.shape,
          expected: `${points.count} values, one for each point`
        })
      }
      const widths = uniformWidths(points.dimension, params.width, params.depth, 1)
      const network = new Network(params.precision, { widths, beta: params.beta, activation: params.activation })
      const batch = new Batch(network, points.data, points.count)
      const probe = probes === undefined ? undefined : new Batch(network, probes.data, probes.count)
      network.initialise(params.seed)
      const record = yield* descend(params, batch, probe, targets)
      yield* Metric.recordAll({ "loss at start": record.losses[0] ?? 0, "loss at end": record.losses.at(-1) ?? 0 })
      const drifts = record.drifts
      if (params.drift) yield* Metric.record("drift at end", drifts.at(-1) ?? 0)
      return {
        ...record.tensors,
        model: network.toModel(),
        losses: lossTable(record.losses),
        drift: {
          columns: { time: record.tensors.times.data.slice(0, drifts.length), drift: Float64Array.from(drifts) }
        }
      }
    })
})

/** The loop: at time k the outputs after k steps are at hand. Where the cost is no number, nothing more is computed. */
const descend = Effect.fnUntraced(function* (
  params: typeof Params.Type,
  batch: Batch<"f64" | "f32">,
  probe: Batch<"f64" | "f32"> | undefined,
  given: Float64Array
) {
  const count = batch.count
  const start = batch.forward().output.toFloat64()
  const targets = params.targets === "absolute" ? given : given.map((value, i) => value + start[i]!)
  const times = [
    ...new Set([0, ...params.snapshots.filter((time) => time > 0 && time < params.steps), params.steps])
  ].sort((a, b) => a - b)
  const wanted = new Set(times)
  const fits: Array<Float64Array> = []
  const predictions: Array<Float64Array> = []
  const losses: Array<number> = []
  const drifts: Array<number> = []
  const driftNow = params.drift ? driftOf(batch) : undefined
  const residual = new Float64Array(count)
  const hasDiverged = (): boolean => !Number.isFinite(losses.at(-1))
  const look = (time: number): void => {
    const output = time === 0 ? start : batch.forward().output.data
    let sum = 0
    for (let i = 0; i < count; i++) {
      const difference = output[i]! - targets[i]!
      residual[i] = difference / count
      sum += difference * difference
    }
    losses.push(sum / (2 * count))
    if (hasDiverged() || !wanted.has(time)) return
    fits.push(Float64Array.from(output))
    if (probe !== undefined) predictions.push(probe.forward().output.toFloat64())
    if (driftNow !== undefined) drifts.push(driftNow())
  }
  look(0)
  yield* Progress.steps(params.steps, "steps", (step) => {
    if (hasDiverged()) return
    batch.backward(residual).descend(params.rate)
    look(step + 1)
  })
  if (hasDiverged()) return yield* new Diverged({ step: losses.length - 1, rate: params.rate })
  const tensors = {
    times: vector(Float64Array.from(times)),
    fits: stack(fits, times.length, count),
    predictions: stack(predictions, times.length, probe?.count ?? 0)
  }
  return { tensors, losses, drifts }
})

/** How far the kernel at the points of a batch has moved since now; the batch must have gone `forward`. */
const driftOf = (batch: Batch<"f64" | "f32">): (() => number) => {
  const kernel = (): Float64Array => sumOfParts(kernelParts(batch, batch))
  const start = kernel()
  return () => relativeChange(start, kernel())
}

/** Rows of one width as a matrix; of no width when there are none. */
const stack = (rows: ReadonlyArray<Float64Array>, count: number, width: number): Tensor<Float64Array> => {
  const data = new Float64Array(count * width)
  for (const [index, row] of rows.entries()) data.set(row, index * width)
  return matrix(count, width, data)
}

const lossTable = (losses: ReadonlyArray<number>) => ({
  columns: { step: Int32Array.from(losses, (_, step) => step), loss: Float64Array.from(losses) }
})
