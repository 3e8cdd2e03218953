/** The convex program of training with the squared loss, by an augmented Lagrangian and accelerated proximal gradients. */
import { Metric, Port, Progress, StageType, type Table } from "athanor/stage"
import { Effect, Schema } from "effect"
import { AugmentedLagrangian } from "./AugmentedLagrangian.ts"
import { squared } from "./losses.ts"
import { positive, whole } from "./number-parameters.ts"
import { beta, draws, sampled, seed } from "./parameters.ts"
import { patternsFrom } from "./pattern-source.ts"
import { objectiveOf, toModel } from "./ReluNetwork.ts"
import { asExamples, vector } from "./tensors.ts"

const Params = Schema.Struct({
  beta,
  penalty: positive("δ > 0, the weight of the cones at the start: it doubles where their violation does not halve", 1),
  steps: whole("Proximal gradient steps at most", 20_000, 10_000_000),
  inner: whole("Of them between two changes of the multipliers at most", 1000, 10_000_000),
  tolerance: positive("Norm of the proximal gradient, and violation of the cones, at which to end", 1e-6),
  sampled,
  seed,
  draws
})

export default StageType.make({
  name: "convex/augmented-lagrangian",
  summary: "Global training with the squared loss: augmented Lagrangian and accelerated proximal gradients, as scnn",
  source: "Mishkin, Sahiner, Pilanci, ICML 2022, section 5 (arXiv 2202.01331)",
  determinism: "bitwise",
  params: Params,
  inputs: { X: "Tensor", y: "Tensor", patterns: Port.optional("Tensor") },
  outputs: { model: "Model", multipliers: "Tensor", history: "Table" },
  run: ({ params, inputs }) =>
    Effect.gen(function* () {
      const examples = yield* asExamples(inputs.X, inputs.y)
      const patterns = yield* patternsFrom(examples.x, inputs.patterns, params)
      const method = new AugmentedLagrangian(examples, patterns, params)
      const records: Array<Round> = []
      let isOver = false
      const step = (index: number) => {
        method.step()
        if (method.rounds === records.length && index + 1 < params.steps) return
        const { network, value, violation } = method
        const objective = objectiveOf(network, examples, params.beta, squared)
        records.push({ step: index + 1, objective, value, violation })
        isOver = violation <= params.tolerance
      }
      yield* Progress.steps(params.steps, "steps", step, { until: () => isOver })
      const { step: steps, objective, value, violation } = records.at(-1)!
      const { network, multipliers } = method
      yield* Metric.recordAll({ objective, value, violation, steps, neurons: network.neurons })
      return { model: toModel(network), multipliers: vector(multipliers), history: historyOf(records) }
    })
})

/** After a change of the multipliers. */
interface Round {
  readonly step: number
  /** Of the recovered network. */
  readonly objective: number
  /** Of the blocks, which need not be in their cones. */
  readonly value: number
  readonly violation: number
}

const historyOf = (records: ReadonlyArray<Round>): Table => ({
  columns: {
    step: Int32Array.from(records, ({ step }) => step),
    objective: Float64Array.from(records, ({ objective }) => objective),
    value: Float64Array.from(records, ({ value }) => value),
    violation: Float64Array.from(records, ({ violation }) => violation)
  }
})
