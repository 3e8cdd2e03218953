/**
 * Which patterns of a list are worth a block: those with a neuron that correlates with the multipliers by more than some threshold.
 *
 * Of a long list, some are looked at first: those that came nearest at the last time. When they have nothing to offer any more, the others are, until
 * enough of them have; when none has, that is proven.
 */
import { chosen, type Patterns } from "./ActivationPatterns.ts"
import { type Neuron, overPatterns } from "./Certificate.ts"
import type { Points } from "./tensors.ts"

/** What a look has found. */
export interface Offer {
  /** Those above the threshold, from the largest on. */
  readonly neurons: ReadonlyArray<Neuron>
  /** What no neuron of any pattern of the list exceeds; `undefined` when not all of them were looked at. */
  readonly proven: number | undefined
}

/** The share of the threshold that is near. */
const NEAR = 0.9

/** Patterns that are looked at first. */
const FEW = 2000

export class Pricing {
  readonly patterns: Patterns
  private readonly x: Points
  /** Numbers of those that are looked at first, and a pattern to go on with. */
  private near: ReadonlyArray<number>
  private next = 0

  constructor(x: Points, patterns: Patterns) {
    this.x = x
    this.patterns = patterns
    const step = Math.ceil(patterns.count / FEW)
    const isLong = patterns.count > FEW
    this.near = isLong ? Array.from({ length: Math.ceil(patterns.count / step) }, (_, at) => at * step) : []
  }

  /** The neurons above a threshold, up to so many. */
  above(multipliers: Float64Array, threshold: number, keep: number): Offer {
    const { x, patterns, near } = this
    if (near.length > 0) {
      const { neurons } = overPatterns(x, multipliers, chosen(patterns, near), { floor: threshold, keep })
      const numbered = neurons.map((neuron) => ({ ...neuron, pattern: near[neuron.pattern]! }))
      if (numbered.length > 0) return { neurons: numbered, proven: undefined }
    }
    return this.look(multipliers, threshold, keep, FEW)
  }

  /** The same of all patterns, whatever the first ones have to offer: always with a proof. */
  ofAll(multipliers: Float64Array, threshold: number, keep: number): Offer {
    return this.look(multipliers, threshold, keep, Number.POSITIVE_INFINITY)
  }

  /** Goes over a long list until so many patterns are above the threshold, over a short one in any case. */
  private look(multipliers: Float64Array, threshold: number, keep: number, enough: number): Offer {
    const { x, patterns, next: from } = this
    const isLong = patterns.count > FEW
    const found = overPatterns(x, multipliers, patterns, {
      floor: isLong ? NEAR * threshold : threshold,
      keep,
      from,
      enough: { count: isLong ? enough : Number.POSITIVE_INFINITY, above: threshold }
    })
    if (isLong) this.near = found.near.slice(0, FEW)
    this.next = (from + found.looked) % patterns.count
    const neurons = found.neurons.filter(({ value }) => value > threshold)
    return { neurons, proven: found.looked < patterns.count ? undefined : Math.max(threshold, found.bound) }
  }
}
