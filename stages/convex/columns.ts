/** The global optimum of a small network, proven. */
import { Metric, Port, Progress, StageType, type Table } from "athanor/stage"
import { Effect, Schema } from "effect"
import { ColumnGeneration, type Round } from "./ColumnGeneration.ts"
import { relativeGap } from "./gaps.ts"
import { Pricing } from "./Pricing.ts"
import { beta } from "./parameters.ts"
import { allPatterns } from "./pattern-source.ts"
import { toModel } from "./ReluNetwork.ts"
import { tableOf } from "./records.ts"
import { asExamples, asPatterns } from "./tensors.ts"

/** The method has come to no end, or to one that is no proof. */
export class NotProven extends Schema.TaggedError<NotProven>()("NotProven", {
  rounds: Schema.Int,
  objective: Schema.Finite,
  gap: Schema.Finite
}) {
  override get message(): string {
    return `after ${this.rounds} rounds the objective is ${this.objective}, with a relative gap of ${this.gap}: raise tolerance or rounds`
  }
}

export default StageType.make({
  name: "convex/columns",
  summary:
    "Globally optimal ReLU network with a proof: blocks of the convex program, added until the certificate asks for none",
  source: "Pilanci, Ergen 2020, theorem 1; Dantzig, Wolfe 1960",
  determinism: "bitwise",
  params: Schema.Struct({
    beta,
    tolerance: Schema.Finite.check(Schema.isBetween({ minimum: 1e-9, maximum: 0.5 }))
      .annotate({ description: "Relative duality gap at which the optimum is proven" })
      .pipe(Schema.withDecodingDefaultKey(Effect.succeed(1e-8))),
    rounds: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 10_000 }))
      .annotate({ description: "Rounds at most" })
      .pipe(Schema.withDecodingDefaultKey(Effect.succeed(200))),
    perRound: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1000 }))
      .annotate({ description: "Neurons that a round brings at most" })
      .pipe(Schema.withDecodingDefaultKey(Effect.succeed(20))),
    limit: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 4_000_000 }))
      .annotate({ description: "Patterns that are listed at most, where none are given" })
      .pipe(Schema.withDecodingDefaultKey(Effect.succeed(1_000_000)))
  }),
  inputs: { X: "Tensor", y: "Tensor", patterns: Port.optional("Tensor") },
  outputs: { model: "Model", rounds: "Table" },
  run: ({ params, inputs }) =>
    Effect.gen(function* () {
      const examples = yield* asExamples(inputs.X, inputs.y)
      const { x } = examples
      const patterns =
        inputs.patterns === undefined
          ? yield* allPatterns(x, params.limit)
          : yield* asPatterns("patterns", inputs.patterns, x.count)
      const generation = new ColumnGeneration(examples, new Pricing(x, patterns), params)
      const isOver = () => generation.ending !== undefined
      yield* Progress.steps(params.rounds, "rounds", () => generation.round(), { until: isOver })
      const last = generation.rounds.at(-1)!
      const gap = relativeGap(last.objective, last.bound)
      if (generation.ending !== "optimal") {
        return yield* new NotProven({ rounds: last.round, objective: last.objective, gap })
      }
      const { network } = generation
      yield* Metric.recordAll({
        objective: last.objective,
        bound: last.bound,
        gap,
        "largest correlation": last.largest,
        neurons: network.neurons,
        patterns: patterns.count,
        rounds: last.round
      })
      return { model: toModel(network), rounds: roundsTable(generation.rounds) }
    })
})

const FIELDS = ["round", "blocks", "objective", "bound", "largest"] as const

/** Before the first proof there is no bound but 0. */
const roundsTable = (rounds: ReadonlyArray<Round>): Table =>
  tableOf(
    FIELDS,
    rounds.map((round) => ({ ...round, bound: Math.max(0, round.bound) }))
  )
