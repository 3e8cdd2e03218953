/** Sampled convex programs: neurons with random directions, of which the ℓ₁ norm of their weights chooses. */
import { Metric, Port, Progress, StageType, type Table } from "athanor/stage"
import { Effect, Schema } from "effect"
import { addScaled } from "../math/linear/Vector.ts"
import { bulkStream } from "../math/random/BulkPhilox.ts"
import { overPatterns } from "./Certificate.ts"
import { LassoColumns } from "./LassoColumns.ts"
import { lossName, lossNamed } from "./loss-named.ts"
import type { Loss } from "./losses.ts"
import { beta, draws, sampled, seed } from "./parameters.ts"
import { patternsFrom } from "./pattern-source.ts"
import { merged, networkOf, objectiveOf, type ReluNetwork, toModel } from "./ReluNetwork.ts"
import { byCoordinates, byDual } from "./SampledProgram.ts"
import { asExamples, type Examples, type Points, vector } from "./tensors.ts"
import { toleranceAboveOne } from "./tolerance.ts"

const Params = Schema.Struct({
  loss: lossName,
  beta,
  directions: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1_000_000 }))
    .annotate({ description: "Random unit vectors; those of a smaller number are the first of a larger one" })
    .pipe(Schema.withDecodingDefaultKey(Effect.succeed(500))),
  improvements: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 10_000 }))
    .annotate({
      description: "Rounds at most in which the best direction of the patterns is added, as long as one is left"
    })
    .pipe(Schema.withDecodingDefaultKey(Effect.succeed(0))),
  method: Schema.Literals(["interior-point", "coordinate-descent"])
    .annotate({
      description:
        "interior-point: many digits, cubic in the points; coordinate-descent: for many points and a smooth loss"
    })
    .pipe(Schema.withDecodingDefaultKey(Effect.succeed("interior-point" as const))),
  sweeps: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 10_000_000 }))
    .annotate({ description: "Sweeps of coordinate-descent over all directions at most" })
    .pipe(Schema.withDecodingDefaultKey(Effect.succeed(10_000))),
  sampled,
  seed,
  draws,
  tolerance: toleranceAboveOne
})

/** Coordinates cannot go downhill one by one where there are kinks. */
class NotSmooth extends Schema.TaggedError<NotSmooth>()("NotSmooth", {}) {
  override get message(): string {
    return "coordinate-descent needs a smooth loss: for hinge take method: interior-point"
  }
}

/** The optimum was not reached. */
class NotConverged extends Schema.TaggedError<NotConverged>()("NotConverged", {
  gap: Schema.Number,
  tolerance: Schema.Finite,
  steps: Schema.Int
}) {
  override get message(): string {
    return `the gap is ${this.gap} after ${this.steps} steps, not ${this.tolerance}: raise tolerance, or β`
  }
}

const MOST_STEPS = 100

export default StageType.make({
  name: "convex/sampled",
  summary: "Sampled convex program: lasso, ℓ₁ support vectors or ℓ₁ logistic regression over random neurons",
  source: "Bai, Gautam, Sojoudi 2023, section 3; Frank, Wolfe 1956 for the improvements",
  determinism: "bitwise",
  params: Params,
  inputs: { X: "Tensor", y: "Tensor", patterns: Port.optional("Tensor") },
  outputs: { model: "Model", multipliers: "Tensor", course: "Table" },
  run: ({ params, inputs }) =>
    Effect.gen(function* () {
      const examples = yield* asExamples(inputs.X, inputs.y)
      const loss = yield* lossNamed(params.loss, examples.y)
      if (params.method === "coordinate-descent" && params.loss === "hinge") return yield* new NotSmooth()
      const patterns = params.improvements === 0 ? undefined : yield* patternsFrom(examples.x, inputs.patterns, params)
      const columns = new LassoColumns(examples.x)
      for (const direction of unitVectors(examples.x, params.directions, params.seed)) columns.add(direction)
      const rounds: Array<Round> = []
      // Where no neuron exceeds this, none improves the program by more than rounding.
      const enough = params.beta * (1 + params.tolerance)
      for (;;) {
        const round = yield* solve(columns, examples, loss, params, rounds.at(-1)?.alpha ?? [])
        rounds.push(round)
        if (patterns === undefined) break
        const { bound, neurons } = overPatterns(examples.x, round.multipliers, patterns, { floor: enough })
        yield* Metric.record("certificate", bound / params.beta)
        const [best] = neurons
        if (best === undefined || rounds.length > params.improvements) break
        columns.add(best.direction)
      }
      const { alpha, gap, multipliers, value } = rounds.at(-1)!
      const network = merged(networkFrom(columns, alpha, examples.x.dimension), examples.x)
      const objective = objectiveOf(network, examples, params.beta, loss)
      yield* Metric.recordAll({ objective, value, gap, neurons: network.neurons, improvements: rounds.length - 1 })
      return { model: toModel(network), multipliers: vector(multipliers), course: courseOf(rounds) }
    })
})

/** The optimum over the columns that there were. */
interface Round {
  readonly columns: number
  readonly alpha: ArrayLike<number>
  readonly multipliers: Float64Array
  readonly value: number
  readonly gap: number
}

const solve = Effect.fnUntraced(function* (
  { features }: LassoColumns,
  { y }: Examples,
  loss: Loss,
  params: typeof Params.Type,
  start: ArrayLike<number>
) {
  const { beta, tolerance } = params
  const program =
    params.method === "coordinate-descent"
      ? byCoordinates(features, y, beta, loss, start, tolerance)
      : byDual(features, y, beta, params.loss, tolerance)
  const most = params.method === "coordinate-descent" ? params.sweeps : MOST_STEPS
  const steps = yield* Progress.steps(most, "steps", () => program.step(), { until: () => program.isOver })
  if (!program.isSolved) return yield* new NotConverged({ gap: program.gap, tolerance, steps })
  const { alpha, gap, multipliers } = program
  return {
    columns: features.length,
    alpha,
    multipliers,
    gap,
    value: programValue(features, alpha, y, loss, beta)
  } satisfies Round
})

const programValue = (
  features: ReadonlyArray<Float64Array>,
  alpha: ArrayLike<number>,
  y: Float64Array,
  loss: Loss,
  beta: number
): number => {
  const outputs = new Float64Array(y.length)
  let penalty = 0
  for (const [j, feature] of features.entries()) {
    penalty += Math.abs(alpha[j]!)
    addScaled(outputs, alpha[j]!, feature)
  }
  return loss.value(outputs, y) + beta * penalty
}

const courseOf = (rounds: ReadonlyArray<Round>): Table => ({
  columns: {
    directions: Int32Array.from(rounds, ({ columns }) => columns),
    value: Float64Array.from(rounds, ({ value }) => value),
    gap: Float64Array.from(rounds, ({ gap }) => gap)
  }
})

const unitVectors = ({ dimension }: Points, count: number, seed: number): ReadonlyArray<Float64Array> => {
  const normals = bulkStream(seed, "convex/sampled").normals(count * dimension)
  return Array.from({ length: count }, (_, j) => {
    const vector = normals.slice(j * dimension, (j + 1) * dimension)
    const length = Math.sqrt(vector.reduce((sum, element) => sum + element * element, 0))
    return vector.map((element) => element / length)
  })
}

const networkFrom = ({ directions }: LassoColumns, alpha: ArrayLike<number>, dimension: number): ReluNetwork => {
  const vectors = new Float64Array(directions.length * dimension)
  for (const [j, direction] of directions.entries()) {
    for (let l = 0; l < dimension; l++) vectors[j * dimension + l] = Math.abs(alpha[j]!) * direction[l]!
  }
  return networkOf({ dimension, vectors, signs: Array.from(alpha, Math.sign) })
}
