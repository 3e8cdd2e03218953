/** What the stage types of continuous methods have in common: weights are found first, and a graph is made of them. */
import { Checkpoint, Metric, type Model, type Table } from "athanor/stage"
import { Effect, Schema } from "effect"
import { acyclicPart } from "./acyclic-part.ts"
import { areFew, covarianceOf, momentsOf, type RankDeficient } from "./Covariance.ts"
import { edgeCount } from "./Dag.ts"
import type { Loss } from "./loss/Loss.ts"
import { leastSquares } from "./loss/least-squares.ts"
import { logistic } from "./loss/logistic.ts"
import { work } from "./solution.ts"
import { matrix, orderTensor, type Samples } from "./tensors.ts"

/** A logistic model was asked for, and a variable is not 0 or 1. */
export class NotBinary extends Schema.TaggedError<NotBinary>()("NotBinary", {
  row: Schema.Int,
  column: Schema.Int,
  found: Schema.Finite
}) {
  override get message(): string {
    return `X has ${this.found} in row ${this.row}, column ${this.column} (counted from 0): a logistic model needs 0 and 1`
  }
}

/** Steps have led beyond all numbers. */
export class Diverged extends Schema.TaggedError<Diverged>()("Diverged", { steps: Schema.Int }) {
  override get message(): string {
    return `the weights are no finite numbers any more after ${this.steps} steps: a smaller rate may help`
  }
}

export const LossName = Schema.Literals(["least-squares", "logistic"])

export const lossName = LossName.annotate({
  description: "least-squares: half the mean squared residual; logistic: for variables that are 0 or 1"
}).pipe(Schema.withDecodingDefaultKey(Effect.succeed("least-squares")))

export const lambda1 = (usual: number) =>
  Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0))
    .annotate({ description: "Weight λ₁ of the penalty ‖W‖₁" })
    .pipe(Schema.withDecodingDefaultKey(Effect.succeed(usual)))

export const centered = Schema.Boolean.annotate({
  description: "Whether means are taken off first, as the code of the method does; not with a logistic loss"
}).pipe(Schema.withDecodingDefaultKey(Effect.succeed(true)))

export interface NamedLoss {
  readonly loss: Loss
  /** ∂²Q/∂W_ij² for each parent i, of a logistic loss at most. */
  readonly curvature: Float64Array
  /** Multiplications and additions for a gradient, about. */
  readonly lossFlops: number
}

export interface LossSettings {
  readonly loss: typeof LossName.Type
  readonly center: boolean
  readonly lambda1: number
}

/** The loss of a name on these samples. With a penalty least squares has a minimum that counts where there are fewer samples than variables, too. */
export const lossOf = (
  { center, lambda1, loss }: LossSettings,
  samples: Samples
): Effect.Effect<NamedLoss, RankDeficient | NotBinary> => {
  const { d } = samples
  if (loss === "logistic") {
    return Effect.map(binary(samples), (bits) => {
      const { flops, loss } = logistic(bits)
      return { loss, curvature: logisticCurvature(bits), lossFlops: flops }
    })
  }
  const moments =
    lambda1 > 0 && areFew(samples, center)
      ? Effect.sync(() => momentsOf(samples, center))
      : Effect.map(covarianceOf(samples, center), ({ data }) => data)
  return Effect.map(moments, (data) => ({
    loss: leastSquares(data, d),
    curvature: Float64Array.from({ length: d }, (_, i) => data[i * (d + 1)]!),
    lossFlops: 2 * d * d * d
  }))
}

/** Of the mean of σ′(m) xᵢ² with σ′ ≤ 1/4. */
const logisticCurvature = ({ data, n, d }: Samples): Float64Array => {
  const sums = new Float64Array(d)
  for (let at = 0; at < data.length; at++) sums[at % d]! += data[at]! * data[at]!
  return sums.map((sum) => sum / (4 * n))
}

/** The same samples, when all are 0 or 1. */
export const binary = (samples: Samples): Effect.Effect<Samples, NotBinary> => {
  const { data, d } = samples
  const at = data.findIndex((value) => value !== 0 && value !== 1)
  if (at < 0) return Effect.succeed(samples)
  return Effect.fail(new NotBinary({ row: Math.floor(at / d), column: at % d, found: data[at]! }))
}

/** A method that comes to its weights in steps. */
export interface Method {
  readonly d: number
  /** Steps that were taken. */
  readonly steps: number
  /** Steps at its end, if nothing ends it before, as far as can be seen: an end that moves away is followed. */
  readonly total: number
  readonly isDone: boolean
  /** Takes one more, or does nothing when it is done. */
  readonly step: () => void
  /** d × d, as they are now. */
  readonly weights: () => Float64Array
  /** What to go on from, as if it had never stopped. */
  readonly state: () => Model
  readonly course: () => Table
  /** Multiplications and additions so far, about. */
  readonly flops: number
  /** Of the weights as they are now. */
  readonly metrics: () => { readonly [name: string]: number }
}

/** The ports of such a method: a graph with an order of it, all weights, and what was seen on the way. */
export const METHOD_OUTPUTS = {
  weights: "Tensor",
  order: "Tensor",
  unthresholded: "Tensor",
  course: "Table",
  state: "Model",
  work: "Metrics"
} as const

/** Takes the steps of a method; the graph has the edges of at least the threshold. */
export const learn = Effect.fnUntraced(function* (method: Method, threshold: number) {
  const { d } = method
  const soFar = () => ({
    unthresholded: matrix(d, d, method.weights()),
    course: method.course(),
    state: method.state()
  })
  while (!method.isDone && method.steps < method.total) {
    yield* Checkpoint.steps({
      from: method.steps,
      total: method.total,
      unit: "steps",
      body: () => method.step(),
      until: () => method.isDone,
      // There is no graph before the end: nobody reads one in a checkpoint.
      outputs: () => ({
        ...soFar(),
        weights: matrix(d, d, method.weights()),
        order: orderTensor(new Int32Array(d)),
        work: { flops: method.flops }
      })
    })
  }
  const outputs = soFar()
  if (!outputs.unthresholded.data.every(Number.isFinite)) return yield* new Diverged({ steps: method.steps })
  const { weights, order, cutoff } = yield* acyclicPart(outputs.unthresholded.data, d, threshold)
  yield* Metric.recordAll({ ...method.metrics(), steps: method.steps, edges: edgeCount(weights), cutoff })
  return {
    ...outputs,
    weights: matrix(d, d, weights),
    order: orderTensor(order),
    work: yield* work({ flops: method.flops })
  }
})
