/** The convex program of a network over given patterns, by ADMM. */
import { Blas, Metric, type Model, Port, StageType, Team, type Tensor } from "athanor/stage"
import { Effect, Schema } from "effect"
import { float64 } from "../math/float64.ts"
import { AdmmCourse } from "./AdmmCourse.ts"
import { Admm, type AdmmState } from "./AdmmSteps.ts"
import { squared } from "./losses.ts"
import { beta, draws, sampled, seed } from "./parameters.ts"
import { patternsFrom } from "./pattern-source.ts"
import { polish } from "./polish.ts"
import { networkOf, outputsOf, toModel } from "./ReluNetwork.ts"
import { every, recordEnd, relaxation, runAdmm, tolerance } from "./run-admm.ts"
import { asExamples, vector } from "./tensors.ts"

const Params = Schema.Struct({
  beta,
  rho: Schema.Finite.check(Schema.isGreaterThan(0))
    .annotate({ description: "Weight ρ > 0 of the augmented terms" })
    .pipe(Schema.withDecodingDefaultKey(Effect.succeed(0.1))),
  iterations: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 10_000_000 }))
    .annotate({ description: "Iterations at most" })
    .pipe(Schema.withDecodingDefaultKey(Effect.succeed(2000))),
  relaxation,
  adaptive: Schema.Boolean.annotate({
    description: "Whether ρ follows the residuals in the first 2000 iterations"
  }).pipe(Schema.withDecodingDefaultKey(Effect.succeed(true))),
  tolerance,
  every,
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
  blas: true,
  extends: { param: "iterations" },
  params: Params,
  inputs: { X: "Tensor", y: "Tensor", patterns: Port.optional("Tensor") },
  outputs: { model: "Model", history: "Table", state: "Model" },
  run: ({ params, inputs, start }) =>
    Effect.gen(function* () {
      const examples = yield* asExamples(inputs.X, inputs.y)
      const patterns = yield* patternsFrom(examples.x, inputs.patterns, params)
      const method = new Admm(examples, patterns, params, { team: yield* Team.Current, blas: yield* Blas.Current })
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
      yield* runAdmm(course, { from: start?.at ?? 0, total: params.iterations, outputs })
      const polished = params.polish ? yield* polish(method.blocks(), examples, patterns, params.beta) : undefined
      if (params.polish && polished === undefined) yield* Effect.logInfo("too many blocks are left to polish them")
      const network = polished?.network ?? method.network()
      yield* recordEnd(course, patterns.count, polished)
      yield* Metric.record("neurons", network.neurons)
      const { y } = examples
      if (y.every((label) => label === 1 || label === -1)) {
        const right = outputsOf(network, examples.x).reduce((sum, output, i) => sum + (output * y[i]! > 0 ? 1 : 0), 0)
        yield* Metric.record("accuracy", right / y.length)
      }
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
