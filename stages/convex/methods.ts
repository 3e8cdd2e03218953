/** Networks of several methods beside each other: what each came to, and how far that is from the best there is. */
import { Metric, Port, StageType, type Table } from "athanor/stage"
import { Effect, Schema } from "effect"
import type { Patterns } from "./ActivationPatterns.ts"
import { dualBound, overPatterns } from "./Certificate.ts"
import { methodOf, shown } from "./fan-in.ts"
import { aboveOptimum } from "./gaps.ts"
import { type LossName, lossName, lossNamed } from "./loss-named.ts"
import type { Loss } from "./losses.ts"
import { PLAIN_COLOR } from "./method-colors.ts"
import { beta } from "./parameters.ts"
import { allPatterns } from "./pattern-source.ts"
import { objectiveOf, ofModel, outputsOf, type ReluNetwork } from "./ReluNetwork.ts"
import { asExamples, asTargets, type Examples } from "./tensors.ts"

export default StageType.make({
  name: "convex/methods",
  summary:
    "Networks of several methods: objective, certificate and rigorous gap of each, over all patterns of the points",
  source: "Pilanci, Ergen 2020, section 3",
  determinism: "bitwise",
  params: Schema.Struct({
    loss: lossName,
    beta,
    limit: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1_000_000 }))
      .annotate({ description: "Patterns that the points may have at most: each of them is looked at" })
      .pipe(Schema.withDecodingDefaultKey(Effect.succeed(100_000)))
  }),
  inputs: { X: "Tensor", y: "Tensor", models: Port.many("Model"), multipliers: Port.many("Tensor") },
  outputs: { figure: "Figure", summary: "Table" },
  run: ({ params, inputs }) =>
    Effect.gen(function* () {
      const examples = yield* asExamples(inputs.X, inputs.y)
      const loss = yield* lossNamed(params.loss, examples.y)
      const patterns = yield* allPatterns(examples.x, params.limit)
      const look = { examples, loss, patterns, beta: params.beta }
      const found: Array<Found> = []
      for (const [index, item] of inputs.models.entries()) {
        const network = yield* ofModel(item.value, examples.x.dimension)
        found.push(foundOf(methodOf(item, index), network, look))
        yield* Effect.sleep(0)
      }
      const given = yield* Effect.forEach(inputs.multipliers, ({ value }) =>
        asTargets("multipliers", value, examples.x.count)
      )
      const bounds = [
        ...found.map(({ bound }) => bound),
        ...given.map((multipliers) => boundOf(multipliers, look).bound)
      ]
      const bound = bounds.reduce((most, value) => Math.max(most, value), 0)
      for (const { method, objective, certificate } of found) {
        yield* Metric.record(`objective@method=${method}`, objective)
        yield* Metric.record(`gap@method=${method}`, objective - bound)
        if (params.loss !== "hinge") yield* Metric.record(`certificate@method=${method}`, certificate)
      }
      yield* Metric.recordAll({ bound, patterns: patterns.count })
      return { figure: { spec: figure(found, bound) }, summary: summaryOf(found, bound, params.loss) }
    })
})

interface Look {
  readonly examples: Examples
  readonly loss: Loss
  readonly patterns: Patterns
  readonly beta: number
}

interface Found {
  readonly method: string
  readonly neurons: number
  readonly objective: number
  /** The largest |λᵀ(X u)₊| over ‖u‖ ≤ 1, over β: 1 at the optimum of a smooth loss; of a kink λ is one of many. */
  readonly certificate: number
  /** From below, of the objectives of all networks, by its own multipliers. */
  readonly bound: number
}

const foundOf = (method: string, network: ReluNetwork, look: Look): Found => {
  const { examples, loss, beta } = look
  const multipliers = loss.multipliers(outputsOf(network, examples.x), examples.y)
  const objective = objectiveOf(network, examples, beta, loss)
  return { method, neurons: network.neurons, objective, ...boundOf(multipliers, look) }
}

const boundOf = (multipliers: Float64Array, { examples, loss, patterns, beta }: Look) => {
  // All cones that might be the best are measured, so that the bound is the maximum itself.
  const largest = overPatterns(examples.x, multipliers, patterns, { keep: Number.POSITIVE_INFINITY }).bound
  return { certificate: largest / beta, bound: dualBound(loss, multipliers, examples.y, beta, largest).value }
}

/** Of the hinge loss a network alone has no certificate: at its kinks one of many λ would have to be chosen. */
const summaryOf = (found: ReadonlyArray<Found>, bound: number, loss: LossName): Table => ({
  columns: {
    method: found.map(({ method }) => method),
    neurons: Int32Array.from(found, ({ neurons }) => neurons),
    objective: Float64Array.from(found, ({ objective }) => objective),
    gap: Float64Array.from(found, ({ objective }) => objective - bound),
    ...(loss === "hinge" ? {} : { certificate: Float64Array.from(found, ({ certificate }) => certificate) })
  }
})

/** What is nearer to the bound than this, relative, is drawn here: rounding decides there. */
const CLOSEST = 1e-12

const figure = (found: ReadonlyArray<Found>, bound: number) => ({
  title: {
    text: "Distance from the optimum",
    subtitle: `objective of the recovered network above the bound ${bound.toPrecision(7)}, relative; the axis is logarithmic`
  },
  width: 420,
  height: 26 * found.length,
  data: {
    values: found.map(({ method, objective }) => ({
      method,
      gap: shown(Math.max(CLOSEST, aboveOptimum(objective, bound)))
    }))
  },
  mark: { type: "point", filled: true, size: 90, color: PLAIN_COLOR },
  encoding: {
    y: { field: "method", type: "nominal", title: null, sort: found.map(({ method }) => method), axis: { grid: true } },
    x: {
      field: "gap",
      type: "quantitative",
      title: "relative gap",
      scale: { type: "log" },
      axis: { grid: false, format: ".0e", tickCount: 6 }
    }
  }
})
