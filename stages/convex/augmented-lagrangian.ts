/** The convex program of training with the squared loss, by an augmented Lagrangian and accelerated proximal gradients. */
import { Checkpoint, Metric, type Model, Port, StageType, type Tensor } from "athanor/stage"
import { Effect, Schema } from "effect"
import { float64 } from "../math/float64.ts"
import { AugmentedLagrangian, type AugmentedLagrangianState } from "./AugmentedLagrangian.ts"
import { squared } from "./losses.ts"
import { positive, whole } from "./number-parameters.ts"
import { beta, draws, sampled, seed } from "./parameters.ts"
import { patternsFrom } from "./pattern-source.ts"
import { objectiveOf, toModel } from "./ReluNetwork.ts"
import { recordsOf, tableOf } from "./records.ts"
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
  extends: { param: "steps" },
  params: Params,
  inputs: { X: "Tensor", y: "Tensor", patterns: Port.optional("Tensor") },
  outputs: { model: "Model", multipliers: "Tensor", history: "Table", state: "Model" },
  run: ({ params, inputs, start }) =>
    Effect.gen(function* () {
      const examples = yield* asExamples(inputs.X, inputs.y)
      const patterns = yield* patternsFrom(examples.x, inputs.patterns, params)
      const method = new AugmentedLagrangian(examples, patterns, params)
      const records: Array<Round> = []
      const now = (step: number): Round => {
        const { network, value, violation } = method
        return { step, objective: objectiveOf(network, examples, params.beta, squared), value, violation }
      }
      const isOver = () => (records.at(-1)?.violation ?? Number.POSITIVE_INFINITY) <= params.tolerance
      if (start !== undefined) {
        method.load(ofState(start.outputs.state))
        records.push(...recordsOf(FIELDS, start.outputs.history))
      }
      const outputs = () => ({
        model: toModel(method.network),
        multipliers: vector(method.multipliers),
        history: tableOf(FIELDS, records),
        state: toState(method.state())
      })
      yield* Checkpoint.steps({
        from: start?.at ?? 0,
        total: params.steps,
        unit: "steps",
        body: (index) => {
          method.step()
          if (method.rounds > records.length) records.push(now(index + 1))
        },
        until: isOver,
        outputs
      })
      const { step, objective, value, violation } = isOver() ? records.at(-1)! : now(params.steps)
      yield* Metric.recordAll({ objective, value, violation, steps: step, neurons: method.network.neurons })
      return outputs()
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

const FIELDS = ["step", "objective", "value", "violation"] as const

const SCALARS = ["rounds", "momentum", "stride", "innerSteps", "delta", "lastViolation"] as const

const toState = (state: AugmentedLagrangianState): Model => ({
  tensors: {
    course: vector(Float64Array.from(SCALARS, (name) => state[name])),
    blocks: vector(state.u),
    ahead: vector(state.ahead),
    multipliers: vector(state.gamma)
  },
  metadata: {}
})

const ofState = ({ tensors }: Model): AugmentedLagrangianState => {
  const values = (name: string): Float64Array => float64(tensors[name] as Tensor)
  const course = values("course")
  const scalars = Object.fromEntries(SCALARS.map((name, at) => [name, course[at]!])) as {
    readonly [name in (typeof SCALARS)[number]]: number
  }
  return { ...scalars, u: values("blocks"), ahead: values("ahead"), gamma: values("multipliers") }
}
