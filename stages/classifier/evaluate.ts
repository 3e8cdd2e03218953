/** How well a trained network does on images that it has not seen. */
import { Metric, StageType } from "athanor/stage"
import { Effect, Schema } from "effect"
import { predict } from "../compute/predict.ts"
import { session } from "../compute/session.ts"
import { ShapeMismatch } from "../math/ShapeMismatch.ts"
import { exp, log } from "../math/special/Elementary.ts"
import { choiceOf } from "./choice-of.ts"
import { asExamples } from "./examples.ts"
import { Architecture, logitsOf } from "./Network.ts"

/** A model that does not say how it is built, as `classifier/train` has it say. */
class NoArchitecture extends Schema.TaggedError<NoArchitecture>()("NoArchitecture", { reason: Schema.String }) {
  override get message(): string {
    return `the model does not tell its architecture: ${this.reason}`
  }
}

export default StageType.make({
  name: "classifier/evaluate",
  summary: "Accuracy, cross entropy and confusion of a trained network on labelled images",
  determinism: { tolerance: 0.01 },
  backends: ["tensorflow-gpu", "webgpu", "wasm", "cpu"],
  params: Schema.Struct({}),
  inputs: { model: "Model", images: "Tensor", labels: "Tensor" },
  outputs: { probabilities: "Tensor", confusion: "Table", scores: "Metrics" },
  run: ({ inputs: { images, labels, model } }) =>
    Effect.gen(function* () {
      const architecture = yield* decodeArchitecture(model.metadata["architecture"])
      const examples = yield* asExamples(["images", images], ["labels", labels], architecture.classes)
      if (examples.side !== architecture.side) {
        const expected = `images of ${architecture.side} × ${architecture.side} pixels, as the model takes`
        return yield* new ShapeMismatch({ input: "images", found: images.shape, expected })
      }
      const logits = yield* session(
        predict(model, examples.images, (parameters, batch) => logitsOf(architecture, parameters, batch))
      )
      const probabilities = softmax(Float64Array.from(logits.data), architecture.classes)
      const scores = scoresOf(probabilities, labels.data, architecture.classes)
      yield* Metric.recordAll(scores)
      return {
        probabilities: { shape: [examples.count, architecture.classes], data: probabilities },
        confusion: { columns: confusionOf(probabilities, labels.data, architecture.classes) },
        scores
      }
    })
})

const decodeArchitecture = (text: string | undefined) =>
  Schema.decodeUnknownEffect(Schema.fromJsonString(Architecture))(text ?? "").pipe(
    Effect.mapError((error) => new NoArchitecture({ reason: text === undefined ? "it carries none" : error.message }))
  )

/** Row by row, in float64. */
const softmax = (logits: Float64Array, classes: number): Float64Array => {
  const result = logits.slice()
  for (let start = 0; start < result.length; start += classes) {
    const row = result.subarray(start, start + classes)
    const most = row.reduce((largest, value) => Math.max(largest, value), Number.NEGATIVE_INFINITY)
    let sum = 0
    for (const [at, value] of row.entries()) {
      const power = exp(value - most)
      row[at] = power
      sum += power
    }
    for (const at of row.keys()) row[at] = (row[at] ?? 0) / sum
  }
  return result
}

/** `accuracy`: the share of images whose likeliest class is theirs. `loss`: the mean of −log p of the right class. */
const scoresOf = (probabilities: Float64Array, labels: ArrayLike<number>, classes: number) => {
  let [right, loss] = [0, 0]
  for (let at = 0; at < labels.length; at++) {
    const row = probabilities.subarray(at * classes, (at + 1) * classes)
    if (choiceOf(probabilities, at, classes) === labels[at]) right++
    loss -= log(Math.max(row[labels[at] ?? 0] ?? 0, Number.MIN_VALUE))
  }
  return { accuracy: right / labels.length, loss: loss / labels.length }
}

/** How many images of each class were taken for each. */
const confusionOf = (probabilities: Float64Array, labels: ArrayLike<number>, classes: number) => {
  const counts = new Int32Array(classes * classes)
  for (let at = 0; at < labels.length; at++) {
    const choice = choiceOf(probabilities, at, classes)
    const cell = (labels[at] ?? 0) * classes + choice
    counts[cell] = (counts[cell] ?? 0) + 1
  }
  return {
    class: Int32Array.from(counts, (_, cell) => Math.floor(cell / classes)),
    taken: Int32Array.from(counts, (_, cell) => cell % classes),
    images: counts
  }
}
