/** Optima of the convex program for falling weights of the penalty. */
import type { Json, Table } from "athanor/stage"
import { Schema } from "effect"
import type { Patterns } from "./ActivationPatterns.ts"
import { overPatterns } from "./Certificate.ts"
import { ColumnGeneration } from "./ColumnGeneration.ts"
import { relativeGap } from "./gaps.ts"
import { squared } from "./losses.ts"
import { Pricing } from "./Pricing.ts"
import { outputsOf, penaltyOf } from "./ReluNetwork.ts"
import { recordsOf, tableOf } from "./records.ts"
import type { Examples } from "./tensors.ts"

export interface PathOptions {
  /** β of a point over that of the one before. */
  readonly ratio: number
  /** The relative gap of each point. */
  readonly tolerance: number
}

/** One point of the path. */
export interface PathPoint {
  readonly beta: number
  readonly objective: number
  readonly bound: number
  readonly gap: number
  /** L of the outputs. */
  readonly loss: number
  /** ½ Σ (‖u‖² + α²), which is Σ ‖v_b‖. */
  readonly penalty: number
  readonly neurons: number
}

const FIELDS = ["beta", "objective", "bound", "gap", "loss", "penalty", "neurons"] as const

/** Blocks that the next point begins with, by pattern and sign. */
const Started = Schema.Array(Schema.Struct({ pattern: Schema.Int, sign: Schema.Literals([1, -1]) }))

const PER_ROUND = 20

export class RegularisationPath {
  private readonly examples: Examples
  private readonly patterns: Patterns
  private readonly options: PathOptions
  /** The smallest β at which the network is 0. */
  private readonly largest: number
  private blocks: typeof Started.Type = []
  /** That of the next β, once it has begun. */
  private generation: ColumnGeneration | undefined
  points: ReadonlyArray<PathPoint> = []

  constructor(examples: Examples, patterns: Patterns, options: PathOptions) {
    this.examples = examples
    this.patterns = patterns
    this.options = options
    this.largest = overPatterns(examples.x, examples.y, patterns).bound
  }

  /** One round for the next β, which begins with the blocks of the last; nothing once its optimum is proven. */
  round(): void {
    this.generation ??= this.begin()
    this.generation.round()
  }

  /** Whether the rounds for the next β have come to their end. */
  get isProven(): boolean {
    return this.generation?.ending !== undefined
  }

  /** Ends with the β of the rounds so far, of which all must have gone. */
  next(): void {
    const { examples, points } = this
    const generation = this.generation ?? this.begin()
    while (generation.ending === undefined) generation.round()
    this.generation = undefined
    const { network, rounds } = generation
    const { objective, bound } = rounds.at(-1)!
    this.blocks = generation.present
    this.points = [
      ...points,
      {
        beta: this.nextBeta,
        objective,
        bound,
        gap: relativeGap(objective, bound),
        loss: squared.value(outputsOf(network, examples.x), examples.y),
        penalty: penaltyOf(network),
        neurons: network.neurons
      }
    ]
  }

  private get nextBeta(): number {
    const before = this.points.at(-1)
    // Without a correlation there is nothing to learn at any β.
    const first = this.largest > 0 ? this.largest : 1
    return before === undefined ? first : before.beta * this.options.ratio
  }

  private begin(): ColumnGeneration {
    const { examples, options, patterns } = this
    const pricing = new Pricing(examples.x, patterns)
    const settings = { beta: this.nextBeta, tolerance: options.tolerance, perRound: PER_ROUND }
    return new ColumnGeneration(examples, pricing, settings, this.blocks)
  }

  table(): Table {
    return tableOf(FIELDS, this.points)
  }

  state(): Json {
    return this.blocks.map(({ pattern, sign }) => ({ pattern, sign }))
  }

  /** Goes on behind the points of another path over the same patterns. */
  resume(path: Table, state: Json): void {
    this.points = recordsOf(FIELDS, path)
    this.blocks = Schema.decodeUnknownSync(Started)(state)
  }
}
