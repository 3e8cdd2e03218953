/**
 * Global optimisation of a network without all of its patterns in one program: blocks come when the certificate asks for them.
 *
 * The program over the blocks that there are is solved to nearly all digits. Then the neurons that correlate with its residual by more than β, if
 * there are any, bring their patterns; if there are none, nothing better exists. Blocks that have come to nothing leave.
 *
 * Source: Pilanci and Ergen, ICML 2020, for the certificate; column generation: Dantzig and Wolfe (1960); Bach, JMLR 18 (2017), section 3.
 */
import { length } from "../math/linear/Vector.ts"
import { column } from "./ActivationPatterns.ts"
import { type OpenBlock, solveBlocks } from "./BarrierMethod.ts"
import { dualBound, type Neuron } from "./Certificate.ts"
import { interiorDirection } from "./Cone.ts"
import { relativeGap } from "./gaps.ts"
import { squared } from "./losses.ts"
import type { Offer, Pricing } from "./Pricing.ts"
import { type Blocks, networkOf, objectiveOf, outputsOf, type ReluNetwork } from "./ReluNetwork.ts"
import type { Examples } from "./tensors.ts"

export interface GenerationOptions {
  readonly beta: number
  /** It ends when the gap is at most this share of the objective, and no u exceeds β by more than this share, if rounding lets it come so far. */
  readonly tolerance: number
  /** Neurons that a round brings at most. */
  readonly perRound: number
}

/** What is known after a round. */
export interface Round {
  readonly round: number
  readonly blocks: number
  readonly objective: number
  /** The largest bound from below so far. */
  readonly bound: number
  /** The largest |λᵀ(X u)₊|, where it is above β; else β. */
  readonly largest: number
}

/** A block is one of pattern and sign. */
interface Open extends OpenBlock {
  readonly pattern: number
}

/** A block has come to nothing when it is no more than this share of the longest one, and than so many times μ/β, which the barrier alone makes. */
const NOTHING = 1e-3
const IDLE = 1000

/** The error of the first solution, relative; later ones have this share of the gap that is left. */
const COARSE = 1e-3

export class ColumnGeneration {
  private readonly examples: Examples
  private readonly pricing: Pricing
  private readonly options: GenerationOptions
  private open: ReadonlyArray<Open> = []
  private blocks: Blocks
  private lowest = Number.POSITIVE_INFINITY
  /** Of the solution for these blocks, relative. */
  private error = COARSE
  readonly rounds: Array<Round> = []
  ending: "optimal" | "stalled" | undefined

  /** Begins with some blocks, by pattern and sign; with none, the first round asks which ones correlate with the targets. */
  constructor(
    examples: Examples,
    pricing: Pricing,
    options: GenerationOptions,
    start: ReadonlyArray<Pick<Neuron, "pattern" | "sign">> = []
  ) {
    this.examples = examples
    this.pricing = pricing
    this.options = options
    this.blocks = { dimension: examples.x.dimension, vectors: new Float64Array(0), signs: [] }
    if (this.add(start) > 0) this.solve()
  }

  /** The network of the blocks. */
  get network(): ReluNetwork {
    return networkOf(this.blocks)
  }

  /** The blocks that there are, by pattern and sign. */
  get present(): ReadonlyArray<Pick<Neuron, "pattern" | "sign">> {
    return this.open.map(({ pattern, sign }) => ({ pattern, sign }))
  }

  /** Solves for the blocks that there are, and adds those that are missing; nothing once it has ended. */
  round(): void {
    if (this.ending !== undefined) return
    const { examples, options, rounds, network } = this
    const { beta, tolerance } = options
    const objective = objectiveOf(network, examples, beta, squared)
    const multipliers = squared.multipliers(outputsOf(network, examples.x), examples.y)
    const { neurons, proven } = this.offer(multipliers)
    const bound = Math.max(
      rounds.at(-1)?.bound ?? Number.NEGATIVE_INFINITY,
      proven === undefined ? Number.NEGATIVE_INFINITY : dualBound(squared, multipliers, examples.y, beta, proven).value
    )
    const largest = Math.max(beta, neurons[0]?.value ?? beta)
    rounds.push({ round: rounds.length + 1, blocks: this.open.length, objective, bound, largest })
    const gap = relativeGap(objective, bound)
    if (!(gap > tolerance || largest > beta * (1 + tolerance))) {
      this.ending = "optimal"
      return
    }
    const added = this.add(neurons)
    // Where all that is missing is here already, what is left is the error of the solution: the gap says whether it matters.
    if (added === 0 && this.isExact) {
      this.ending = gap <= tolerance ? "optimal" : "stalled"
      return
    }
    this.error = Math.max(tolerance / 1000, Math.min(this.error, COARSE * gap) / (added === 0 ? 100 : 1))
    this.solve()
  }

  /** Whether the last solution was asked for to all the digits that it is ever asked for. */
  private get isExact(): boolean {
    return this.error <= this.options.tolerance / 1000
  }

  /** Neurons that are worth a block. What a look at few patterns has found may all be here: then only all patterns tell whether that is the end. */
  private offer(multipliers: Float64Array): Offer {
    const { pricing, options, isExact } = this
    const { beta, tolerance, perRound } = options
    const threshold = beta * (1 + tolerance / 4)
    const offer = pricing.above(multipliers, threshold, perRound)
    const isEnd = isExact && offer.proven === undefined && offer.neurons.every((neuron) => this.has(neuron))
    return isEnd ? pricing.ofAll(multipliers, threshold, perRound) : offer
  }

  private has({ pattern, sign }: Pick<Neuron, "pattern" | "sign">): boolean {
    return this.open.some((block) => block.pattern === pattern && block.sign === sign)
  }

  /** Solves for the blocks. Those that have come to nothing leave, where that has lowered the objective: so none can come and go for ever. */
  private solve(): void {
    const { examples, options, open, error, lowest } = this
    const { blocks, mu } = solveBlocks(examples, open, options.beta, error)
    this.blocks = blocks
    const objective = objectiveOf(this.network, examples, options.beta, squared)
    if (!(objective < lowest)) return
    this.lowest = objective
    const d = blocks.dimension
    const norms = open.map((_, b) => length(blocks.vectors.subarray(b * d, (b + 1) * d)))
    const longest = norms.reduce((most, norm) => Math.max(most, norm), 0)
    const least = Math.min((IDLE * mu) / options.beta, NOTHING * longest)
    this.open = open.filter((_, b) => norms[b]! > least)
  }

  /** Adds blocks that are not there and whose cones have an interior; gives how many. */
  private add(wanted: ReadonlyArray<Pick<Neuron, "pattern" | "sign">>): number {
    const added = wanted.flatMap(({ pattern, sign }) => {
      if (this.has({ pattern, sign })) return []
      const states = column(this.pricing.patterns, pattern)
      const inside = interiorDirection(this.examples.x, states)
      return inside === undefined ? [] : [{ pattern, states, sign, inside }]
    })
    this.open = [...this.open, ...added]
    return added.length
  }
}
