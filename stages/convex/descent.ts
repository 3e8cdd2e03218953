/** Networks trained by gradient steps, from many starts: what global training is compared with. */
import { Metric, Progress, StageType } from "athanor/stage"
import { Effect, Schema } from "effect"
import { bulkStream } from "../math/random/BulkPhilox.ts"
import { quantile } from "../math/special/Statistics.ts"
import { type Attack, fgsm, pgd } from "./adversary.ts"
import { DescentCourse } from "./DescentCourse.ts"
import { lossName, lossNamed } from "./loss-named.ts"
import { whole } from "./number-parameters.ts"
import { beta, seed } from "./parameters.ts"
import { balanced, type ReluNetwork, toModel } from "./ReluNetwork.ts"
import { fixed, radiiOf, radius } from "./radii.ts"
import { adam, gradientSteps } from "./step-rules.ts"
import { asExamples, vector } from "./tensors.ts"

const Params = Schema.Struct({
  loss: lossName,
  beta,
  method: Schema.Literals(["adam", "gd", "sgd"])
    .annotate({ description: "adam: Adam; gd: gradient descent, both on all points; sgd: on minibatches" })
    .pipe(Schema.withDecodingDefaultKey(Effect.succeed("adam" as const))),
  width: whole("Neurons", 30, 20_000),
  starts: whole("Random starts; each is a network, the best is the model", 1, 10_000),
  steps: whole("Gradient steps of each", 2000, 100_000_000),
  rate: Schema.Finite.check(Schema.isGreaterThan(0))
    .annotate({ description: "Learning rate" })
    .pipe(Schema.withDecodingDefaultKey(Effect.succeed(0.01))),
  decay: Schema.Boolean.annotate({ description: "Whether the rate falls to 0 along half a cosine" }).pipe(
    Schema.withDecodingDefaultKey(Effect.succeed(true))
  ),
  batch: whole("Points of a step of sgd", 16, 1_000_000),
  adversary: Schema.Literals(["none", "fgsm", "pgd"])
    .annotate({ description: "What moves the points before each step: nothing, FGSM, or PGD from a random start" })
    .pipe(Schema.withDecodingDefaultKey(Effect.succeed("none" as const))),
  radius,
  fixed,
  attackSteps: whole("Steps of PGD", 10, 10_000),
  seed
})

/** The objective is no number any more: the rate is too large. */
class Diverged extends Schema.TaggedError<Diverged>()("Diverged", { start: Schema.Int, rate: Schema.Finite }) {
  override get message(): string {
    return `start ${this.start} diverged at rate ${this.rate}: lower rate`
  }
}

export default StageType.make({
  name: "convex/descent",
  summary: "Gradient descent, SGD or Adam on the non-convex objective from many starts, plain or against an adversary",
  source: "Kingma, Ba 2015; Goodfellow et al. 2015 (FGSM); Madry et al. 2018 (PGD)",
  determinism: "bitwise",
  params: Params,
  inputs: { X: "Tensor", y: "Tensor" },
  outputs: { model: "Model", objectives: "Tensor" },
  run: ({ params, inputs }) =>
    Effect.gen(function* () {
      const examples = yield* asExamples(inputs.X, inputs.y)
      const loss = yield* lossNamed(params.loss, examples.y)
      const radii = yield* radiiOf(examples.x.dimension, params)
      const batch = params.method === "sgd" ? params.batch : examples.x.count
      const begin = (start: number): DescentCourse => {
        const rule = (params.method === "adam" ? adam : gradientSteps)(params)
        const own = params.seed + start
        return new DescentCourse(examples, {
          ...params,
          loss,
          batch,
          rule,
          seed: own,
          attack: attackOf(params, radii, own)
        })
      }
      const objectives = new Float64Array(params.starts)
      let best: { readonly objective: number; readonly network: ReluNetwork } | undefined
      let course = begin(0)
      yield* Progress.steps(params.starts * params.steps, "steps", (index) => {
        course.step()
        if ((index + 1) % params.steps !== 0) return
        const start = (index + 1) / params.steps - 1
        const objective = course.objective
        objectives[start] = objective
        if (best === undefined || !(objective >= best.objective)) best = { objective, network: course.network }
        if (start + 1 < params.starts) course = begin(start + 1)
      })
      const lost = objectives.findIndex((objective) => !Number.isFinite(objective))
      if (best === undefined || lost !== -1) return yield* new Diverged({ start: lost, rate: params.rate })
      yield* Metric.recordAll({
        min: quantile(objectives, 0),
        median: quantile(objectives, 0.5),
        max: quantile(objectives, 1)
      })
      return { model: toModel(balanced(best.network)), objectives: vector(objectives) }
    })
})

const attackOf = (
  { adversary, attackSteps, loss }: typeof Params.Type,
  radii: Float64Array,
  seed: number
): Attack | undefined => {
  const settings = { loss, radii, steps: attackSteps, draws: bulkStream(seed, "convex/descent attacks") }
  return adversary === "none" ? undefined : (adversary === "fgsm" ? fgsm : pgd)(settings)
}
