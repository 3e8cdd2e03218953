/** Training of a small network on labelled images. */
import tf from "@tensorflow/tfjs"
import { Metric, type Model, StageType } from "athanor/stage"
import { Effect, Schema } from "effect"
import { accuracy, crossEntropy } from "../compute/losses.ts"
import { labels, minibatches, rows } from "../compute/minibatches.ts"
import { adam } from "../compute/Optimiser.ts"
import type { Parameters } from "../compute/Parameters.ts"
import { fixed } from "../compute/schedule.ts"
import { session } from "../compute/session.ts"
import type { Snapshot, Training } from "../compute/Training.ts"
import { train } from "../compute/train.ts"
import { asExamples, chunksOf, type Examples } from "./examples.ts"
import { type Architecture, initialValues, lastSide, logitsOf } from "./Network.ts"

const classes = Schema.Int.check(Schema.isGreaterThan(1))
  .annotate({ description: "Number of classes; labels are 0 to one less" })
  .pipe(Schema.withDecodingDefaultKey(Effect.succeed(10)))

const widths = (description: string, usual: ReadonlyArray<number>) =>
  Schema.Array(Schema.Int.check(Schema.isGreaterThan(0)))
    .annotate({ description })
    .pipe(Schema.withDecodingDefaultKey(Effect.succeed(usual)))

const Params = Schema.Struct({
  network: Schema.Literals(["mlp", "cnn"]).annotate({
    description:
      "mlp: fully connected layers alone; cnn: convolutions 3 × 3 before them, each with a maximum over 2 × 2"
  }),
  hidden: widths("Widths of the hidden fully connected layers", []),
  filters: widths("Filters of the convolutions of a cnn", [16, 32]),
  classes,
  steps: Schema.Int.check(Schema.isGreaterThan(0)).annotate({ description: "Steps of the optimiser, a batch each" }),
  batch: Schema.Int.check(Schema.isGreaterThan(0))
    .annotate({ description: "Images of a batch" })
    .pipe(Schema.withDecodingDefaultKey(Effect.succeed(128))),
  rate: Schema.Finite.check(Schema.isGreaterThan(0))
    .annotate({ description: "Learning rate of Adam" })
    .pipe(Schema.withDecodingDefaultKey(Effect.succeed(1e-3))),
  every: Schema.Int.check(Schema.isGreaterThan(0))
    .annotate({ description: "Steps between two rows of the course; the test images are looked at for each" })
    .pipe(Schema.withDecodingDefaultKey(Effect.succeed(50))),
  seed: Schema.Int.annotate({ description: "Seed of the initial values and of the order of the images" })
})

/** The convolutions leave no pixel. */
class TooManyConvolutions extends Schema.TaggedError<TooManyConvolutions>()("TooManyConvolutions", {
  side: Schema.Int,
  filters: Schema.Int
}) {
  override get message(): string {
    return `${this.filters} maxima over 2 × 2 leave nothing of ${this.side} × ${this.side} pixels`
  }
}

/** There are fewer images than a batch takes. */
class BatchTooLarge extends Schema.TaggedError<BatchTooLarge>()("BatchTooLarge", {
  batch: Schema.Int,
  images: Schema.Int
}) {
  override get message(): string {
    return `a batch of ${this.batch} cannot be taken from ${this.images} images`
  }
}

export default StageType.make({
  name: "classifier/train",
  summary:
    "Trains a small network on labelled images by Adam on the cross entropy, with its course on training and test images",
  source: "LeCun et al., Proc. IEEE 86 (1998); Kingma and Ba, Adam, ICLR 2015",
  // Of two executions on one backend of one machine no bit differs; other machines round otherwise.
  determinism: { tolerance: 0.05 },
  backends: ["tensorflow-gpu", "webgpu", "wasm", "cpu"],
  extends: { param: "steps" },
  params: Params,
  inputs: { images: "Tensor", labels: "Tensor", testImages: "Tensor", testLabels: "Tensor" },
  outputs: { model: "Model", state: "Model", course: "Table" },
  run: ({ params, inputs, start }) =>
    Effect.gen(function* () {
      const examples = yield* asExamples(["images", inputs.images], ["labels", inputs.labels], params.classes)
      const tests = yield* asExamples(
        ["testImages", inputs.testImages],
        ["testLabels", inputs.testLabels],
        params.classes
      )
      const { classes: count, filters, hidden, network } = params
      const architecture = { network, hidden, filters, side: examples.side, classes: count }
      if (params.batch > examples.count) {
        return yield* new BatchTooLarge({ batch: params.batch, images: examples.count })
      }
      if (network === "cnn" && lastSide(architecture) < 1) {
        return yield* new TooManyConvolutions({ side: examples.side, filters: filters.length })
      }
      const outputs = outputsOf(architecture)
      const from = start === undefined ? undefined : { at: start.at, ...start.outputs }
      const trained = yield* session(train(trainingOf(params, architecture, examples, tests), { from, outputs }))
      for (const [name, values] of Object.entries(trained.course.columns)) {
        const last = Number(values.at(-1))
        if (name !== "step" && Number.isFinite(last)) yield* Metric.record(`${name} at end`, last)
      }
      return outputs(trained)
    })
})

/** What the stage returns and its checkpoints keep: the model says of itself how it is built. */
const outputsOf =
  (architecture: Architecture) =>
  ({ model, state, course }: Snapshot) => ({
    model: { ...model, metadata: { architecture: JSON.stringify(architecture) } } satisfies Model,
    state,
    course
  })

const trainingOf = (
  params: typeof Params.Type,
  architecture: Architecture,
  { count, images, labels: digits }: Examples,
  tests: Examples
): Training => {
  const batch = minibatches(count, params.batch, params.seed)
  return {
    initial: initialValues(architecture, params.seed),
    judge: (parameters, step) => {
      const numbers = batch(step)
      const logits = logitsOf(architecture, parameters, rows(images, numbers))
      const right = labels(digits, numbers)
      return { loss: crossEntropy(logits, right), others: { accuracy: accuracy(logits, right) } }
    },
    told: ["accuracy"],
    examine: (parameters) => ({ testAccuracy: accuracyOn(tests, architecture, parameters) }),
    examined: ["testAccuracy"],
    optimiser: adam(),
    rate: fixed(params.rate),
    steps: params.steps,
    every: params.every
  }
}

const accuracyOn = (examples: Examples, architecture: Architecture, parameters: Parameters) => {
  let right: tf.Scalar = tf.scalar(0)
  for (const numbers of chunksOf(examples)) {
    const logits = logitsOf(architecture, parameters, rows(examples.images, numbers))
    const share = numbers.length / examples.count
    right = tf.add(right, tf.mul(accuracy(logits, labels(examples.labels, numbers)), share))
  }
  return right
}
