/** What a training is, and what it has made at any time. */
import type tf from "@tensorflow/tfjs"
import type { Model, Table } from "athanor/stage"
import { Schema } from "effect"
import type { Optimiser } from "./Optimiser.ts"
import type { Parameters, Values } from "./Parameters.ts"
import type { Schedule } from "./schedule.ts"

/** What one step is judged by, computed from the parameters and the rows of its batch. */
export interface Judgement {
  /** Made small. */
  readonly loss: tf.Scalar
  /** Told beside the loss in the course, by name. */
  readonly others?: { readonly [name: string]: tf.Scalar }
}

export interface Training {
  /** What it begins with. */
  readonly initial: Values
  /**
   * Called inside `tf.tidy`, for the steps 0, 1, … in order. It may depend on parameters and step alone: then a training that goes
   * on from what was saved gives the bytes of one that was not cut short.
   */
  readonly judge: (parameters: Parameters, step: number) => Judgement
  /** Names of what `judge` tells beside the loss. */
  readonly told?: ReadonlyArray<string>
  /** What the parameters of each row of the course are worth, as on data that they do not learn from; called inside `tf.tidy`. */
  readonly examine?: (parameters: Parameters) => { readonly [name: string]: tf.Scalar }
  /** Names of what `examine` tells. */
  readonly examined?: ReadonlyArray<string>
  readonly optimiser: Optimiser
  readonly rate: Schedule
  readonly steps: number
  /** The course has the means over so many steps each. */
  readonly every: number
  /** Longest gradient, all parameters together; as long as it is when left out. */
  readonly longest?: number
}

/** A training as it stands: all that it needs to go on. */
export interface Snapshot {
  /** Steps that were taken. */
  readonly at: number
  /** The parameters. */
  readonly model: Model
  /** Moments of the optimiser, and sums for the next row of the course: what nobody but the training reads. */
  readonly state: Model
  /** `step`; `loss` and what else was told, means over the steps up to each; and what was found in examining the parameters then. */
  readonly course: Table
}

/** The loss is no number any more. */
export class Diverged extends Schema.TaggedError<Diverged>()("Diverged", {
  step: Schema.Int,
  rate: Schema.Number,
  loss: Schema.String
}) {
  override get message(): string {
    const causes = Number.isFinite(this.rate)
      ? `a rate of ${this.rate} is too large, or an operation gives no number, as the logarithm of what is not positive`
      : `the rate is ${this.rate}`
    return `training diverged: by step ${this.step} the loss is ${this.loss}; ${causes}`
  }
}
