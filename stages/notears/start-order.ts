/** Where a search over orders begins. */
import type { Tensor } from "athanor/stage"
import { Effect, Schema } from "effect"
import { stream } from "../math/random/Philox.ts"
import { variance } from "../math/special/Statistics.ts"
import { topologicalOrder } from "./Dag.ts"
import { type Order, orderBy, randomOrder } from "./Order.ts"
import { asWeights, orderFrom, type Samples } from "./tensors.ts"

export const START_NAMES = ["random", "variance", "numbers"] as const

/** An order and weights are given, either of which says where to begin. */
export class TwoStarts extends Schema.TaggedError<TwoStarts>()("TwoStarts", {}) {
  override get message(): string {
    return "both order and weights are given: the search begins with one of them"
  }
}

export interface StartSettings {
  readonly start: (typeof START_NAMES)[number]
  readonly seed: number
}

/** The order that is given; else that of the weights that are given; else the one that the settings name. */
export const startOrder = (
  { start, seed }: StartSettings,
  { order, weights }: { readonly order?: Tensor | undefined; readonly weights?: Tensor | undefined },
  samples: Samples
) =>
  Effect.gen(function* () {
    const { d } = samples
    if (order !== undefined && weights !== undefined) return yield* new TwoStarts()
    if (order !== undefined) return yield* orderFrom("order", order, d)
    if (weights !== undefined) return yield* topologicalOrder("weights", yield* asWeights("weights", weights, d), d)
    if (start === "random") return randomOrder(stream(seed, "notears/start"), d)
    return start === "variance" ? byVariance(samples) : orderBy(new Float64Array(d))
  })

/** The variables by rising variance. */
export const byVariance = (samples: Samples): Order => orderBy(variances(samples))

/** The variance of each variable, about its mean; 0 of a single sample. */
export const variances = ({ data, n, d }: Samples): Float64Array =>
  Float64Array.from({ length: d }, (_, j) =>
    n === 1 ? 0 : variance(Float64Array.from({ length: n }, (_, row) => data[row * d + j]!))
  )
