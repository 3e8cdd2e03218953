/** Convex adversarial training: the best network for points that an adversary moves. */
import { Checkpoint, Metric, type Model, Port, StageType, type Tensor } from "athanor/stage"
import { Effect, Schema } from "effect"
import { float64 } from "../math/float64.ts"
import { chosen, column } from "./ActivationPatterns.ts"
import { lossName, lossNamed } from "./loss-named.ts"
import { type ProgramSolver, SOLVER_STEPS } from "./ProgramSolver.ts"
import { beta, draws, sampled, seed } from "./parameters.ts"
import { patternsFrom } from "./pattern-source.ts"
import { networkOf, objectiveOf, penaltyOf, type ReluNetwork, toModel } from "./ReluNetwork.ts"
import { fixed, radiiOf, radius } from "./radii.ts"
import { candidates, hasInterior } from "./robust-patterns.ts"
import { type AttackStrength, attackedOutputs } from "./robustness.ts"
import { solutionOf, solverOf } from "./solve-program.ts"
import { asExamples, type Examples, vector } from "./tensors.ts"
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
  thresholds: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 100_000 }))
    .annotate({
      description:
        "Patterns that part the points at a gap no perturbation closes, along few coordinates, that are tried besides"
    })
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
  blas: true,
  params: Params,
  inputs: { X: "Tensor", y: "Tensor", patterns: Port.optional("Tensor") },
  outputs: { model: "Model", course: "Table", state: "Model" },
  run: ({ params, inputs, start }) =>
    Effect.gen(function* () {
      const examples = yield* asExamples(inputs.X, inputs.y)
      const loss = yield* lossNamed(params.loss, examples.y)
      const radii = yield* radiiOf(examples.x.dimension, params)
      const given = yield* patternsFrom(examples.x, inputs.patterns, params)
      const tried = candidates(examples.x, given, examples.y, { ...params, radii })
      const from = start?.at ?? 0
      const surviving = start === undefined ? [] : survivingOf(start.outputs.state)
      const nothing = networkOf({ dimension: examples.x.dimension, vectors: new Float64Array(), signs: [] })
      let solver: ProgramSolver | undefined
      const outputs = () => ({
        model: toModel(solver?.network ?? nothing),
        course: solver?.course ?? { columns: {} },
        state: stateOf(surviving, solver)
      })
      const total = params.radius === 0 ? 0 : tried.count
      const look = (p: number): void => {
        if (hasInterior(examples.x, column(tried, p), radii)) surviving.push(p)
      }
      yield* Checkpoint.steps({ from: Math.min(from, total), total, unit: "patterns", body: look, outputs })
      const patterns = params.radius === 0 ? given : chosen(tried, surviving)
      if (patterns.count === 0) return yield* new NoRobustPattern({ candidates: tried.count, radius: params.radius })
      const program = { examples, patterns, loss: params.loss, beta: params.beta, radii, hasCones: true }
      solver = yield* solverOf(program, params.tolerance)
      if (start !== undefined && from > total) solver.load(start.outputs.state, start.outputs.course)
      const own = solver
      yield* Checkpoint.steps({
        from: Math.max(from, total),
        total: total + SOLVER_STEPS,
        unit: "steps",
        body: () => own.step(),
        until: () => own.isOver,
        outputs
      })
      const { network, bound, value, gap } = yield* solutionOf(solver, params.tolerance)
      const worst = yield* worstOutputs(network, examples, { loss: params.loss, radii, seed: params.seed })
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
      return outputs()
    })
})

/** Outputs of the training points under the worst of all attacks. */
const worstOutputs = (network: ReluNetwork, examples: Examples, how: Pick<AttackStrength, "loss" | "radii" | "seed">) =>
  Effect.map(
    attackedOutputs(network, examples, { ...how, steps: PGD_STEPS, restarts: PGD_RESTARTS, boxes: 1 }),
    ({ worst }) => worst
  )

/** Numbers of the patterns that have survived so far, and what the solver has. */
const stateOf = (surviving: ReadonlyArray<number>, solver: ProgramSolver | undefined): Model => ({
  tensors: { surviving: vector(Float64Array.from(surviving)), ...solver?.state().tensors },
  metadata: {}
})

const survivingOf = ({ tensors }: Model): Array<number> => [...float64(tensors["surviving"] as Tensor)]
