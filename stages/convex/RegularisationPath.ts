/** Optima of the convex program for falling weights of the penalty. */
import type { Json, Table } from "athanor/stage"
import { Schema } from "effect"
import type { Patterns } from "./ActivationPatterns.ts"
import { overPatterns } from "./Certificate.ts"
import { ColumnGeneration } from "./ColumnGeneration.ts"
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
  points: ReadonlyArray<PathPoint> = []

  constructor(examples: Examples, patterns: Patterns, options: PathOptions) {
    this.examples = examples
    this.patterns = patterns
    this.options = options
    this.largest = overPatterns(examples.x, examples.y, patterns).bound
  }

  /** Solves for the next β, beginning with the blocks of the last. */
  next(): void {
    const { examples, patterns, options, points } = this
    const before = points.at(-1)
    // Without a correlation there is nothing to learn at any β.
    const first = this.largest > 0 ? this.largest : 1
    const beta = before === undefined ? first : before.beta * options.ratio
    const generation = new ColumnGeneration(
      examples,
      new Pricing(examples.x, patterns),
      { beta, tolerance: options.tolerance, perRound: PER_ROUND },
      this.blocks
    )
    while (generation.ending === undefined) generation.round()
    const { network, rounds } = generation
    const { objective, bound } = rounds.at(-1)!
    this.blocks = generation.present
    this.points = [
      ...points,
      {
        beta,
        objective,
        bound,
        gap: objective === 0 ? 0 : (objective - bound) / objective,
        loss: squared.value(outputsOf(network, examples.x), examples.y),
        penalty: penaltyOf(network),
        neurons: network.neurons
      }
    ]
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
