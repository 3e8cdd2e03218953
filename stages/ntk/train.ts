/** Full-batch gradient descent on the squared error of a network. */
import { Checkpoint, Metric, type Model, Port, StageType, type Table, type Tensor } from "athanor/stage"
import { Effect, Schema } from "effect"
import { float64 } from "../math/float64.ts"
import { relativeChange } from "../math/linear/Norm.ts"
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
  extends: { param: "steps", along: ["snapshots"] },
  compatibleWith: [
    // Before it could go on from what there is; its bytes are the same.
    { code: "f02376544e1c", as: "6a61884a7666" },
    // Before the loop refused a body that gives an Effect, which this one never did.
    { code: "6a61884a7666", as: "d25d1f3e79c7" }
  ],
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
  run: ({ params, inputs, start }) =>
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
      const course = new Course(params, batch, probe, targets)
      if (start !== undefined) course.resume(start.outputs)
      yield* Checkpoint.steps({
        from: course.time,
        total: params.steps,
        unit: "steps",
        body: () => course.step(),
        outputs: () => course.outputs()
      })
      if (course.hasDiverged) return yield* new Diverged({ step: course.time, rate: params.rate })
      const outputs = course.outputs()
      const losses = lossesOf(outputs)
      yield* Metric.recordAll({ "loss at start": losses[0] ?? 0, "loss at end": losses.at(-1) ?? 0 })
      if (params.drift) yield* Metric.record("drift at end", driftsOf(outputs).at(-1) ?? 0)
      return outputs
    })
})

/** What the training has made, whether it is at its end or not. */
interface Outputs {
  readonly model: Model
  readonly times: Tensor
  readonly fits: Tensor
  readonly predictions: Tensor
  readonly losses: Table
  readonly drift: Table
}

/** What was seen at a time that is recorded. */
interface Snapshot {
  readonly time: number
  readonly fit: Float64Array
  readonly prediction: Float64Array
  /** Of the tangent kernel, where it is followed. */
  readonly drift: number | undefined
}

/** The descent: at time k the outputs after k steps are at hand. Where the cost is no number, nothing more is computed. */
class Course {
  private readonly params: typeof Params.Type
  private readonly batch: Batch<"f64" | "f32">
  private readonly probe: Batch<"f64" | "f32"> | undefined
  private readonly targets: Float64Array
  private readonly wanted: ReadonlySet<number>
  private readonly driftNow: (() => number) | undefined
  /** (f − f*) / N. */
  private readonly residual: Float64Array
  private losses: Array<number> = []
  private snapshots: Array<Snapshot> = []

  /** Begins with the network of the batch as it is. */
  constructor(
    params: typeof Params.Type,
    batch: Batch<"f64" | "f32">,
    probe: Batch<"f64" | "f32"> | undefined,
    given: Float64Array
  ) {
    this.params = params
    this.batch = batch
    this.probe = probe
    const start = batch.forward().output.toFloat64()
    this.targets = params.targets === "absolute" ? given : given.map((value, i) => value + start[i]!)
    this.wanted = new Set([0, ...params.snapshots, params.steps])
    this.driftNow = params.drift ? driftOf(batch) : undefined
    this.residual = new Float64Array(batch.count)
    this.look()
  }

  /** Steps that were taken. */
  get time(): number {
    return this.losses.length - 1
  }

  get hasDiverged(): boolean {
    return !Number.isFinite(this.losses.at(-1))
  }

  step(): void {
    if (this.hasDiverged) return
    this.batch.backward(this.residual).descend(this.params.rate)
    this.batch.forward()
    this.look()
  }

  /** Goes on where other outputs of this training end; what they recorded and this one does not want is left out. */
  resume(outputs: Outputs): void {
    const [times, drifts, count] = [float64(outputs.times), driftsOf(outputs), this.batch.count]
    const [fits, predictions, probes] = [float64(outputs.fits), float64(outputs.predictions), this.probe?.count ?? 0]
    this.snapshots = Array.from(times, (time, row) => ({
      time,
      fit: fits.slice(row * count, (row + 1) * count),
      prediction: predictions.slice(row * probes, (row + 1) * probes),
      drift: drifts[row]
    })).filter(({ time }) => this.wanted.has(time))
    this.losses = [...lossesOf(outputs)]
    this.batch.network.load(outputs.model)
    this.batch.forward()
    this.measure()
  }

  outputs(): Outputs {
    const { batch, probe, losses, snapshots } = this
    const times = Float64Array.from(snapshots, ({ time }) => time)
    const drifts = snapshots.flatMap(({ drift }) => drift ?? [])
    return {
      model: batch.network.toModel(),
      times: vector(times),
      fits: stack(
        snapshots.map(({ fit }) => fit),
        batch.count
      ),
      predictions: stack(
        snapshots.map(({ prediction }) => prediction),
        probe?.count ?? 0
      ),
      losses: { columns: { step: Int32Array.from(losses, (_, step) => step), loss: Float64Array.from(losses) } },
      drift: { columns: { time: times.slice(0, drifts.length), drift: Float64Array.from(drifts) } }
    }
  }

  /** Records what there is at this time; the batch must have gone `forward`. */
  private look(): void {
    this.losses.push(this.measure())
    const { batch, probe, time, driftNow } = this
    if (this.hasDiverged || !this.wanted.has(time)) return
    const fit = batch.output.toFloat64()
    const prediction = probe?.forward().output.toFloat64() ?? new Float64Array()
    this.snapshots.push({ time, fit, prediction, drift: driftNow?.() })
  }

  /** The cost, and the residual behind it. */
  private measure(): number {
    const { batch, residual, targets } = this
    const output = batch.output.data
    let sum = 0
    for (let i = 0; i < residual.length; i++) {
      const difference = output[i]! - targets[i]!
      residual[i] = difference / batch.count
      sum += difference * difference
    }
    return sum / (2 * batch.count)
  }
}

/** How far the kernel at the points of a batch has moved since now; the batch must have gone `forward`. */
const driftOf = (batch: Batch<"f64" | "f32">): (() => number) => {
  const kernel = (): Float64Array => sumOfParts(kernelParts(batch, batch))
  const start = kernel()
  return () => relativeChange(start, kernel())
}

/** Rows of one width as a matrix; of no width when there are none. */
const stack = (rows: ReadonlyArray<Float64Array>, width: number): Tensor<Float64Array> => {
  const data = new Float64Array(rows.length * width)
  for (const [index, row] of rows.entries()) data.set(row, index * width)
  return matrix(rows.length, width, data)
}

const lossesOf = ({ losses }: Pick<Outputs, "losses">): Float64Array => numbers(losses, "loss")

const driftsOf = ({ drift }: Pick<Outputs, "drift">): Float64Array => numbers(drift, "drift")

const numbers = ({ columns }: Table, name: string): Float64Array => Float64Array.from(columns[name] ?? [], Number)
