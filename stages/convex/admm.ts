/** The convex program of a network over given patterns, by ADMM. */
import { Checkpoint, Metric, type Model, Port, StageType, type Tensor } from "athanor/stage"
import { Effect, Schema } from "effect"
import { float64 } from "../math/float64.ts"
import { AdmmCourse } from "./AdmmCourse.ts"
import { Admm, type AdmmState } from "./AdmmSteps.ts"
import { squared } from "./losses.ts"
import { beta, draws, sampled, seed } from "./parameters.ts"
import { patternsFrom } from "./pattern-source.ts"
import { polish } from "./polish.ts"
import { networkOf, outputsOf, toModel } from "./ReluNetwork.ts"
import { asExamples, vector } from "./tensors.ts"

const Params = Schema.Struct({
  beta,
  rho: Schema.Finite.check(Schema.isGreaterThan(0))
    .annotate({ description: "Weight ρ > 0 of the augmented terms" })
    .pipe(Schema.withDecodingDefaultKey(Effect.succeed(0.1))),
  iterations: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 10_000_000 }))
    .annotate({ description: "Iterations at most" })
    .pipe(Schema.withDecodingDefaultKey(Effect.succeed(2000))),
  relaxation: Schema.Finite.check(Schema.isBetween({ minimum: 1, maximum: 1.9 }))
    .annotate({ description: "Over-relaxation α, 1 for the plain method" })
    .pipe(Schema.withDecodingDefaultKey(Effect.succeed(1.6))),
  adaptive: Schema.Boolean.annotate({
    description: "Whether ρ follows the residuals in the first 2000 iterations"
  }).pipe(Schema.withDecodingDefaultKey(Effect.succeed(true))),
  tolerance: Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0))
    .annotate({ description: "Ends when the norms of all residuals are at most this" })
    .pipe(Schema.withDecodingDefaultKey(Effect.succeed(1e-6))),
  every: Schema.Int.check(Schema.isGreaterThan(0))
    .annotate({ description: "Iterations from one record of the residuals to the next" })
    .pipe(Schema.withDecodingDefaultKey(Effect.succeed(25))),
  polish: Schema.Boolean.annotate({
    description:
      "Whether the blocks that are left are solved for to nearly all digits, and proven to be optimal for the patterns"
  }).pipe(Schema.withDecodingDefaultKey(Effect.succeed(true))),
  sampled,
  seed,
  draws
})

export default StageType.make({
  name: "convex/admm",
  summary:
    "Global training of a ReLU network over given or sampled patterns: the convex program with the squared loss, by ADMM",
  source: "Bai, Gautam, Sojoudi 2023, algorithm 1; Pilanci, Ergen 2020, theorem 1",
  determinism: "bitwise",
  extends: { param: "iterations" },
  params: Params,
  inputs: { X: "Tensor", y: "Tensor", patterns: Port.optional("Tensor") },
  outputs: { model: "Model", history: "Table", state: "Model" },
  run: ({ params, inputs, start }) =>
    Effect.gen(function* () {
      const examples = yield* asExamples(inputs.X, inputs.y)
      const patterns = yield* patternsFrom(examples.x, inputs.patterns, params)
      const method = new Admm(examples, patterns, params)
      const course = new AdmmCourse(method, examples, { ...params, loss: squared })
      if (start !== undefined) {
        method.load(ofState(start.outputs.state))
        course.resume(start.outputs.history, start.at)
      }
      const outputs = () => ({
        model: toModel(networkOf(method.blocks())),
        history: course.history(),
        state: toState(method.state())
      })
      yield* Checkpoint.steps({
        from: start?.at ?? 0,
        total: params.iterations,
        unit: "iterations",
        body: () => course.step(),
        until: () => course.isDone,
        outputs
      })
      const { objective, blocks, cone, dual } = course.now()
      const polished = params.polish ? yield* polish(method.blocks(), examples, patterns, params.beta) : undefined
      const network = polished?.network ?? method.network()
      yield* Metric.recordAll({
        objective: polished?.objective ?? objective,
        "objective of ADMM": objective,
        patterns: patterns.count,
        neurons: network.neurons,
        iterations: course.iterations,
        "residual of blocks": blocks,
        "residual of cones": cone,
        "residual of optimality": dual
      })
      const { y } = examples
      if (y.every((label) => label === 1 || label === -1)) {
        const right = outputsOf(network, examples.x).reduce((sum, output, i) => sum + (output * y[i]! > 0 ? 1 : 0), 0)
        yield* Metric.record("accuracy", right / y.length)
      }
      if (polished !== undefined) yield* Metric.recordAll({ bound: polished.bound, gap: polished.gap })
      else if (params.polish) yield* Effect.logInfo("too many blocks are left to polish them")
      return { ...outputs(), model: toModel(network) }
    })
})

const toState = ({ rho, blocks, slacks, rest }: AdmmState): Model => ({
  tensors: { rho: vector(Float64Array.of(rho)), blocks: vector(blocks), slacks: vector(slacks), rest: vector(rest) },
  metadata: {}
})

const ofState = ({ tensors }: Model): AdmmState => {
  const values = (name: string): Float64Array => float64(tensors[name] as Tensor)
  return { rho: values("rho")[0]!, blocks: values("blocks"), slacks: values("slacks"), rest: values("rest") }
}
