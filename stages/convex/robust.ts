/** Convex adversarial training: the best network for points that an adversary moves. */
import { Metric, Port, StageType } from "athanor/stage"
import { Effect, Schema } from "effect"
import { lossName, lossNamed } from "./loss-named.ts"
import { beta, draws, sampled, seed } from "./parameters.ts"
import { patternsFrom } from "./pattern-source.ts"
import { objectiveOf, penaltyOf, toModel } from "./ReluNetwork.ts"
import { fixed, radiiOf, radius } from "./radii.ts"
import { candidates, robustOnes } from "./robust-patterns.ts"
import { attackedOutputs } from "./robustness.ts"
import { solveProgram } from "./solve-program.ts"
import { asExamples } from "./tensors.ts"
import { tolerance } from "./tolerance.ts"

const Params = Schema.Struct({
  loss: lossName,
  beta,
  radius,
  fixed,
  sampled,
  moved: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 100_000 }))
    .annotate({ description: "Patterns of points moved by ±radius that are tried besides" })
    .pipe(Schema.withDecodingDefaultKey(Effect.succeed(0))),
  seed,
  draws,
  tolerance
})

/** The attack on the training points that the bound is held to, besides FGSM and corners. */
const [PGD_STEPS, PGD_RESTARTS] = [40, 3]

/** No pattern survives the perturbations: the network could only be 0. */
class NoRobustPattern extends Schema.TaggedError<NoRobustPattern>()("NoRobustPattern", {
  candidates: Schema.Int,
  radius: Schema.Finite
}) {
  override get message(): string {
    return `none of ${this.candidates} patterns stays as it is when coordinates move by ${this.radius}: lower radius, or give X a last column of ones, with fixed: 1`
  }
}

export default StageType.make({
  name: "convex/robust",
  summary: "Convex adversarial training in the ℓ∞ ball, with the bound that no attack on the training points exceeds",
  source: "Bai, Gautam, Sojoudi 2023, section 4 (arXiv 2201.01965)",
  determinism: "bitwise",
  params: Params,
  inputs: { X: "Tensor", y: "Tensor", patterns: Port.optional("Tensor") },
  outputs: { model: "Model", course: "Table" },
  run: ({ params, inputs }) =>
    Effect.gen(function* () {
      const examples = yield* asExamples(inputs.X, inputs.y)
      const loss = yield* lossNamed(params.loss, examples.y)
      const radii = yield* radiiOf(examples.x.dimension, params)
      const given = yield* patternsFrom(examples.x, inputs.patterns, params)
      const tried = candidates(examples.x, given, examples.y, { radii, draws: params.moved, seed: params.seed })
      const patterns = params.radius === 0 ? given : yield* robustOnes(examples.x, tried, radii)
      if (patterns.count === 0) return yield* new NoRobustPattern({ candidates: tried.count, radius: params.radius })
      const program = { examples, patterns, loss: params.loss, beta: params.beta, radii, hasCones: true }
      const { network, bound, value, gap, course } = yield* solveProgram(program, params.tolerance)
      const strength = {
        loss: params.loss,
        radii,
        steps: PGD_STEPS,
        restarts: PGD_RESTARTS,
        boxes: 1,
        seed: params.seed
      }
      const { worst } = yield* attackedOutputs(network, examples, strength)
      const attacked = loss.value(worst, examples.y)
      yield* Metric.recordAll({
        value,
        gap,
        bound,
        attacked,
        excess: (attacked - bound) / Math.max(1, bound),
        robust: bound + params.beta * penaltyOf(network),
        objective: objectiveOf(network, examples, params.beta, loss),
        neurons: network.neurons,
        patterns: patterns.count,
        candidates: tried.count
      })
      return { model: toModel(network), course }
    })
})
