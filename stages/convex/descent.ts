/** Networks trained by gradient steps, from many starts: what global training is compared with. */
import { Checkpoint, Metric, type Model, StageType, type Tensor } from "athanor/stage"
import { Effect, Schema } from "effect"
import { float64 } from "../math/float64.ts"
import { bulkStream } from "../math/random/BulkPhilox.ts"
import { quantile } from "../math/special/Statistics.ts"
import { type Attack, fgsm, pgd } from "./adversary.ts"
import { DescentCourse } from "./DescentCourse.ts"
import { lossName, lossNamed } from "./loss-named.ts"
import { MultiStart, type MultiStartState } from "./MultiStart.ts"
import { whole } from "./number-parameters.ts"
import { beta, seed } from "./parameters.ts"
import { balanced, toModel } from "./ReluNetwork.ts"
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
  outputs: { model: "Model", objectives: "Tensor", state: "Model" },
  run: ({ params, inputs, start }) =>
    Effect.gen(function* () {
      const examples = yield* asExamples(inputs.X, inputs.y)
      const loss = yield* lossNamed(params.loss, examples.y)
      const radii = yield* radiiOf(examples.x.dimension, params)
      const batch = params.method === "sgd" ? params.batch : examples.x.count
      const begin = (run: number): DescentCourse => {
        const [rule, own] = [(params.method === "adam" ? adam : gradientSteps)(params), params.seed + run]
        const attackAt = attackOf(params, radii, own)
        return new DescentCourse(examples, { ...params, loss, batch, rule, seed: own, attackAt })
      }
      const descents = new MultiStart({ ...params, begin })
      if (start !== undefined) descents.load(ofState(start.outputs.state, start.at))
      const outputs = () => ({
        model: toModel(balanced(descents.network)),
        objectives: vector(descents.objectives),
        state: toState(descents.state())
      })
      yield* Checkpoint.steps({
        from: start?.at ?? 0,
        total: params.starts * params.steps,
        unit: "steps",
        body: () => descents.step(),
        outputs
      })
      const { objectives } = descents
      const lost = objectives.findIndex((objective) => !Number.isFinite(objective))
      if (lost !== -1) return yield* new Diverged({ start: lost, rate: params.rate })
      yield* Metric.recordAll({
        min: quantile(objectives, 0),
        median: quantile(objectives, 0.5),
        max: quantile(objectives, 1)
      })
      return outputs()
    })
})

const toState = ({ objectives, network, current }: MultiStartState): Model => ({
  tensors: {
    objectives: vector(objectives),
    ...toModel(network).tensors,
    "current weights": vector(current.weights),
    "current alpha": vector(current.alpha),
    ...Object.fromEntries(current.rule.map((values, at) => [`rule ${at}`, vector(values)]))
  },
  metadata: {}
})

const ofState = ({ tensors }: Model, taken: number): MultiStartState => {
  const values = (name: string): Float64Array => float64(tensors[name] as Tensor)
  const rules = Object.keys(tensors).filter((name) => name.startsWith("rule "))
  const [neurons = 0, inputs = 0] = tensors["weights"]!.shape
  return {
    taken,
    objectives: values("objectives"),
    network: { neurons, inputs, weights: values("weights"), alpha: values("alpha") },
    current: {
      weights: values("current weights"),
      alpha: values("current alpha"),
      rule: rules.map((_, at) => values(`rule ${at}`))
    }
  }
}

/** The adversary of each step: its random starts are told by the number of the step. */
const attackOf = ({ adversary, attackSteps, loss }: typeof Params.Type, radii: Float64Array, seed: number) => {
  if (adversary === "none") return undefined
  return (step: number): Attack => {
    const draws = bulkStream(seed, `convex/descent attack ${step}`)
    return (adversary === "fgsm" ? fgsm : pgd)({ loss, radii, steps: attackSteps, draws })
  }
}
