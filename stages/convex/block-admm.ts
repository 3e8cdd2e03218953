/** The convex program of training for any loss, by ADMM that goes over random blocks. */
import { type Model, Port, StageType, type Tensor } from "athanor/stage"
import { Effect, Schema } from "effect"
import { float64 } from "../math/float64.ts"
import { AdmmCourse } from "./AdmmCourse.ts"
import { BlockAdmm, type BlockAdmmState } from "./BlockAdmm.ts"
import { lossName, lossNamed } from "./loss-named.ts"
import { positive, whole } from "./number-parameters.ts"
import { beta, draws, sampled, seed } from "./parameters.ts"
import { patternsFrom } from "./pattern-source.ts"
import { polishProgram } from "./polish-program.ts"
import { PROXIMAL } from "./proximal.ts"
import { toModel } from "./ReluNetwork.ts"
import { every, recordEnd, relaxation, runAdmm, tolerance } from "./run-admm.ts"
import { asExamples, vector } from "./tensors.ts"

const Params = Schema.Struct({
  loss: lossName,
  beta,
  rho: positive("Weight ρ > 0 of the augmented terms", 0.05),
  relaxation,
  iterations: whole("Iterations at most", 2000, 10_000_000),
  passes: whole("Passes over all blocks in an iteration", 2, 10_000),
  tolerance,
  every,
  polish: Schema.Boolean.annotate({
    description:
      "Whether the blocks that are left are solved for to many digits, and others that the certificate asks for"
  }).pipe(Schema.withDecodingDefaultKey(Effect.succeed(false))),
  sampled,
  seed,
  draws
})

export default StageType.make({
  name: "convex/block-admm",
  summary: "Global training with squared, hinge or logistic loss: ADMM by randomised block-coordinate descent",
  source: "Bai, Gautam, Sojoudi 2023, section 3.3",
  determinism: "bitwise",
  extends: { param: "iterations" },
  params: Params,
  inputs: { X: "Tensor", y: "Tensor", patterns: Port.optional("Tensor") },
  outputs: { model: "Model", multipliers: "Tensor", history: "Table", state: "Model" },
  run: ({ params, inputs, start }) =>
    Effect.gen(function* () {
      const examples = yield* asExamples(inputs.X, inputs.y)
      const loss = yield* lossNamed(params.loss, examples.y)
      const patterns = yield* patternsFrom(examples.x, inputs.patterns, params)
      const method = new BlockAdmm(examples, patterns, { ...params, proximal: PROXIMAL[params.loss] })
      const course = new AdmmCourse(method, examples, { ...params, loss, adaptive: false })
      if (start !== undefined) {
        method.load(ofState(start.outputs.state))
        course.resume(start.outputs.history, start.at)
      }
      const outputs = () => ({
        model: toModel(method.network()),
        multipliers: vector(method.multipliers),
        history: course.history(),
        state: toState(method.state())
      })
      yield* runAdmm(course, { from: start?.at ?? 0, total: params.iterations, outputs })
      const program = { examples, patterns, loss: params.loss, beta: params.beta }
      const polished = params.polish ? yield* polishProgram(method.blocks(), program) : undefined
      if (params.polish && polished === undefined) yield* Effect.logInfo("the blocks that are left cannot be polished")
      yield* recordEnd(course, patterns.count, polished)
      return { ...outputs(), ...(polished === undefined ? {} : { model: toModel(polished.network) }) }
    })
})

const toState = ({ rho, iterations, blocks, slacks, outputs }: BlockAdmmState): Model => ({
  tensors: {
    course: vector(Float64Array.of(rho, iterations)),
    blocks: vector(blocks),
    slacks: vector(slacks),
    outputs: vector(outputs)
  },
  metadata: {}
})

const ofState = ({ tensors }: Model): BlockAdmmState => {
  const values = (name: string): Float64Array => float64(tensors[name] as Tensor)
  const [rho, iterations] = values("course")
  return {
    rho: rho!,
    iterations: iterations!,
    blocks: values("blocks"),
    slacks: values("slacks"),
    outputs: values("outputs")
  }
}
