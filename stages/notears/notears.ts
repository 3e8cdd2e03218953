/** NOTEARS: a graph by smooth optimisation over all matrices of weights, with acyclicity as a constraint. */
import { type Model, StageType, type Table } from "athanor/stage"
import { Effect, Schema } from "effect"
import { float64 } from "../math/float64.ts"
import { AugmentedLagrangian, type ConstrainedProblem, type Multipliers } from "./AugmentedLagrangian.ts"
import { ofSquares } from "./acyclicity/Acyclicity.ts"
import { exponential } from "./acyclicity/exponential.ts"
import { logDeterminant } from "./acyclicity/log-determinant.ts"
import { polynomial } from "./acyclicity/polynomial.ts"
import { Course } from "./Course.ts"
import { centered, lambda1, learn, lossName, lossOf, METHOD_OUTPUTS, type Method } from "./continuous.ts"
import { positive, threshold } from "./parameters.ts"
import { asSamples } from "./tensors.ts"

/** h, and how many products of matrices it takes, about. */
const CONSTRAINTS = {
  exponential: { h: exponential, products: () => 10 },
  polynomial: { h: polynomial, products: (d: number) => 2 * (32 - Math.clz32(d)) },
  "log-determinant": { h: (d: number) => logDeterminant(d, 1), products: () => 1 }
}

const Params = Schema.Struct({
  loss: lossName,
  constraint: Schema.Literals(["exponential", "polynomial", "log-determinant"])
    .annotate({ description: "h(W ∘ W): tr e^A − d, tr (I + A/d)^d − d, or −log det (I − A)" })
    .pipe(Schema.withDecodingDefaultKey(Effect.succeed("exponential"))),
  lambda1: lambda1(0.1),
  center: centered,
  tolerance: Schema.Finite.check(Schema.isGreaterThan(0))
    .annotate({ description: "Largest h that counts as acyclic" })
    .pipe(Schema.withDecodingDefaultKey(Effect.succeed(1e-8))),
  largestRho: Schema.Finite.check(Schema.isGreaterThanOrEqualTo(1))
    .annotate({ description: "Weight ρ of the squared constraint at which the method gives up" })
    .pipe(Schema.withDecodingDefaultKey(Effect.succeed(1e16))),
  threshold,
  steps: positive("Most steps of L-BFGS-B, over all problems", 100_000)
})

export default StageType.make({
  name: "notears/notears",
  summary: "NOTEARS: weights by an augmented Lagrangian, thresholded to an acyclic graph, and an order of it",
  source: "Zheng et al. 2018 (arXiv 1803.01422), algorithm 1; settings of its code",
  determinism: "bitwise",
  params: Params,
  inputs: { X: "Tensor" },
  outputs: METHOD_OUTPUTS,
  run: ({ params, inputs, start }) =>
    Effect.gen(function* () {
      const samples = yield* asSamples("X", inputs.X)
      const { d } = samples
      const { h, products } = CONSTRAINTS[params.constraint]
      const { loss, lossFlops, curvature } = yield* lossOf(params, samples)
      const problem = {
        d,
        loss,
        curvature,
        constraint: h(d),
        evaluationFlops: lossFlops + 2 * products(d) * d * d * d,
        lambda1: params.lambda1,
        tolerance: params.tolerance,
        largestRho: params.largestRho,
        steps: params.steps
      }
      return yield* learn(methodOf(problem, start?.outputs), params.threshold)
    })
})

/** Begins with W = 0, or where a checkpoint ends. */
const methodOf = (
  problem: ConstrainedProblem & { readonly steps: number; readonly evaluationFlops: number },
  from: { readonly state: Model; readonly course: Table } | undefined
): Method => {
  const { d, loss } = problem
  const acyclicity = ofSquares(problem.constraint, d)
  const lagrangian = new AugmentedLagrangian(problem, from && multipliersOf(from.state))
  const course = new Course(["steps", "rho", "alpha", "h", "loss"], from?.course)
  const unused = new Float64Array(d * d)
  return {
    d,
    total: problem.steps,
    get steps() {
      return lagrangian.steps
    },
    // A step of L-BFGS-B on 2 d² numbers that remembers ten takes 20 times as many for each.
    get flops() {
      return lagrangian.evaluations * problem.evaluationFlops + lagrangian.steps * 400 * d * d
    },
    get isDone() {
      return lagrangian.isDone
    },
    step: () => {
      if (!lagrangian.step()) return
      const { x, ...numbers } = lagrangian.multipliers
      course.add({ ...numbers, loss: loss(lagrangian.weights(), unused) })
    },
    weights: () => lagrangian.weights(),
    state: () => stateOf(lagrangian.multipliers),
    course: () => course.toTable(),
    metrics: () => {
      const weights = lagrangian.weights()
      return { loss: loss(weights, unused), h: acyclicity(weights, unused), rho: lagrangian.multipliers.rho }
    }
  }
}

const stateOf = ({ x, alpha, rho, h, steps, evaluations }: Multipliers): Model => ({
  tensors: {
    x: { shape: [x.length], data: x },
    multipliers: { shape: [5], data: Float64Array.of(alpha, rho, h, steps, evaluations) }
  },
  metadata: {}
})

const multipliersOf = ({ tensors }: Model): Multipliers => {
  const [alpha, rho, h, steps, evaluations] = [...float64(tensors["multipliers"]!)] as [
    number,
    number,
    number,
    number,
    number
  ]
  return { x: float64(tensors["x"]!), alpha, rho, h, steps, evaluations }
}
