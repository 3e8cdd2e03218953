/** The convex program of training for any loss, by ADMM that goes over random blocks. */
import { Metric, Port, Progress, StageType, type Table } from "athanor/stage"
import { Effect, Schema } from "effect"
import { BlockAdmm } from "./BlockAdmm.ts"
import { lossName, lossNamed } from "./loss-named.ts"
import { positive, whole } from "./number-parameters.ts"
import { beta, draws, sampled, seed } from "./parameters.ts"
import { patternsFrom } from "./pattern-source.ts"
import { objectiveOf, toModel } from "./ReluNetwork.ts"
import { smoothedHinge } from "./smoothed-hinge.ts"
import { asExamples, vector } from "./tensors.ts"

const Params = Schema.Struct({
  loss: lossName,
  beta,
  rho: positive("Weight ρ > 0 of the augmented terms", 0.2),
  dualStep: Schema.Finite.check(Schema.isBetween({ minimum: 0.001, maximum: 1.6 }))
    .annotate({ description: "γ/ρ, the share of the residuals that the duals take up" })
    .pipe(Schema.withDecodingDefaultKey(Effect.succeed(1))),
  iterations: whole("Iterations at most", 1000, 10_000_000),
  passes: whole("Passes over all blocks in an iteration", 1, 10_000),
  smoothing: positive("How far from its kink the hinge loss is rounded off", 0.05),
  tolerance: Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0))
    .annotate({ description: "Ends when the norms of both residuals are at most this" })
    .pipe(Schema.withDecodingDefaultKey(Effect.succeed(1e-5))),
  every: whole("Iterations from one record of the residuals to the next", 25, 1_000_000),
  sampled,
  seed,
  draws
})

export default StageType.make({
  name: "convex/block-admm",
  summary: "Global training with squared, hinge or logistic loss: ADMM by randomised block-coordinate descent",
  source: "Bai, Gautam, Sojoudi 2023, section 3.3",
  determinism: "bitwise",
  params: Params,
  inputs: { X: "Tensor", y: "Tensor", patterns: Port.optional("Tensor") },
  outputs: { model: "Model", multipliers: "Tensor", history: "Table" },
  run: ({ params, inputs }) =>
    Effect.gen(function* () {
      const examples = yield* asExamples(inputs.X, inputs.y)
      const loss = yield* lossNamed(params.loss, examples.y)
      const patterns = yield* patternsFrom(examples.x, inputs.patterns, params)
      const followed = params.loss === "hinge" ? smoothedHinge(params.smoothing) : loss
      const admm = new BlockAdmm(examples, patterns, { ...params, loss: followed })
      const records: Array<Entry> = []
      let isOver = false
      const iteration = (index: number) => {
        admm.step()
        if ((index + 1) % params.every !== 0 && index + 1 < params.iterations) return
        const { blocks, cone } = admm.residuals
        const objective = objectiveOf(admm.network, examples, params.beta, loss)
        records.push({ iteration: index + 1, objective, blocks, cone })
        isOver = Math.max(blocks, cone) <= params.tolerance
      }
      yield* Progress.steps(params.iterations, "iterations", iteration, { until: () => isOver })
      const { iteration: iterations, objective, blocks, cone } = records.at(-1)!
      yield* Metric.recordAll({ objective, iterations, patterns: patterns.count })
      yield* Metric.recordAll({ "residual of blocks": blocks, "residual of cones": cone })
      return { model: toModel(admm.network), multipliers: vector(admm.multipliers), history: historyOf(records) }
    })
})

interface Entry {
  readonly iteration: number
  /** Of the recovered network. */
  readonly objective: number
  readonly blocks: number
  readonly cone: number
}

const historyOf = (records: ReadonlyArray<Entry>): Table => ({
  columns: {
    iteration: Int32Array.from(records, ({ iteration }) => iteration),
    objective: Float64Array.from(records, ({ objective }) => objective),
    blocks: Float64Array.from(records, ({ blocks }) => blocks),
    cone: Float64Array.from(records, ({ cone }) => cone)
  }
})
