/** How many random patterns are enough that one more hardly ever helps, and whether that is so. */
import { Metric, Progress, StageType } from "athanor/stage"
import { Effect, Schema } from "effect"
import { bulkStream } from "../math/random/BulkPhilox.ts"
import { log } from "../math/special/Elementary.ts"
import { fromRows, type Patterns } from "./ActivationPatterns.ts"
import { overPatterns } from "./Certificate.ts"
import { ColumnGeneration } from "./ColumnGeneration.ts"
import { NotProven } from "./columns.ts"
import { relativeGap } from "./gaps.ts"
import { squared } from "./losses.ts"
import { whole } from "./number-parameters.ts"
import { Pricing } from "./Pricing.ts"
import { beta, seed } from "./parameters.ts"
import { outputsOf, toModel } from "./ReluNetwork.ts"
import { Signatures } from "./Signatures.ts"
import { signsOf } from "./signs-of.ts"
import { asExamples, type Points } from "./tensors.ts"

const share = (description: string, unasked: number) =>
  Schema.Finite.check(Schema.isBetween({ minimum: 1e-4, maximum: 0.9999 }))
    .annotate({ description })
    .pipe(Schema.withDecodingDefaultKey(Effect.succeed(unasked)))

const [TOLERANCE, ROUNDS, BATCH] = [1e-8, 1000, 64]

/**
 * Directions after which, but for a share ξ of all samples, one more lowers the optimum with a probability of ψ at most.
 *
 * The dual program has a constraint for each pattern, in n multipliers and one bound: so it is the number of scenarios for n + 1 variables. Sources:
 * Calafiore and Campi, Math. Programming 102 (2005), theorem 1, for the first; Campi and Garatti, SIAM J. Optim. 19 (2008), for the second, by the bound
 * of their binomial sum in Campi, Garatti and Prandini, Annual Reviews in Control 33 (2009).
 */
export const scenarios = (n: number, psi: number, xi: number): number =>
  Math.ceil(Math.min((n + 1) / (psi * xi) - 1, (2 / psi) * (n + 1 - log(xi))))

export default StageType.make({
  name: "convex/scenario",
  summary:
    "So many random patterns that one more lowers the optimum with a small probability, and how often fresh ones do",
  source: "Bai, Gautam, Sojoudi 2023, section 3; Campi, Garatti 2008",
  determinism: "bitwise",
  params: Schema.Struct({
    beta,
    psi: share("ψ, the probability that one more pattern lowers the optimum, at most", 0.1),
    xi: share("ξ, the probability that the sample is one for which that does not hold, at most", 0.01),
    fresh: whole("Fresh directions that are tried", 10_000, 10_000_000),
    seed
  }),
  inputs: { X: "Tensor", y: "Tensor" },
  outputs: { model: "Model" },
  run: ({ params, inputs }) =>
    Effect.gen(function* () {
      const examples = yield* asExamples(inputs.X, inputs.y)
      const { x, y } = examples
      const samples = scenarios(x.count, params.psi, params.xi)
      const { patterns } = yield* drawn(x, samples, params.seed, "convex/scenario")
      const options = { beta: params.beta, tolerance: TOLERANCE, perRound: 20 }
      const generation = new ColumnGeneration(examples, new Pricing(x, patterns), options)
      yield* Progress.steps(ROUNDS, "rounds", () => generation.round(), {
        until: () => generation.ending !== undefined
      })
      const { round: rounds, objective, bound } = generation.rounds.at(-1)!
      // Multipliers of anything but the optimum would count patterns that do not lower it.
      if (generation.ending !== "optimal") {
        return yield* new NotProven({ rounds, objective, gap: relativeGap(objective, bound) })
      }
      const multipliers = squared.multipliers(outputsOf(generation.network, x), y)
      const fresh = yield* drawn(x, params.fresh, params.seed, "convex/scenario fresh")
      let lowering = 0
      yield* Progress.steps(fresh.patterns.count, "patterns", (p) => {
        const one = fromRows(fresh.rows.subarray(p * x.count, (p + 1) * x.count), x.count, 1)
        const floor = params.beta * (1 + 100 * TOLERANCE)
        if (overPatterns(x, multipliers, one, { floor }).neurons.length > 0) lowering += fresh.times[p]!
      })
      yield* Metric.recordAll({
        samples,
        patterns: patterns.count,
        objective,
        lowering: lowering / params.fresh
      })
      return { model: toModel(generation.network) }
    })
})

interface Drawn {
  readonly patterns: Patterns
  /** The same, one after the other, and how often each was met. */
  readonly rows: Uint8Array
  readonly times: ReadonlyArray<number>
}

/** The patterns of so many normal directions. */
const drawn = Effect.fnUntraced(function* (x: Points, count: number, seed: number, name: string) {
  const [random, seen, times] = [bulkStream(seed, name), new Signatures(x.count), [] as Array<number>]
  yield* Progress.steps(Math.ceil(count / BATCH), "directions", (batch) => {
    const size = Math.min(BATCH, count - batch * BATCH)
    const signs = signsOf(x, random.normals(size * x.dimension), size)
    for (let b = 0; b < size; b++) {
      const p = seen.add(signs, b * x.count)
      times[p] = (times[p] ?? 0) + 1
    }
  })
  const rows = seen.toRows()
  return { patterns: fromRows(rows, x.count, seen.count), rows, times } satisfies Drawn
})
