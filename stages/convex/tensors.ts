/** Tensors as points, targets and patterns; what is no finite number or no 0 or 1 is refused with its place. */
import type { Tensor } from "athanor/stage"
import { Effect, Schema } from "effect"
import { float64 } from "../math/float64.ts"
import { ShapeMismatch } from "../math/ShapeMismatch.ts"
import type { Patterns } from "./ActivationPatterns.ts"

/** Rows of coordinates: the matrix X of the papers, count × dimension, row-major. */
export interface Points {
  readonly data: Float64Array
  readonly count: number
  readonly dimension: number
}

/** Points with a target for each. */
export interface Examples {
  readonly x: Points
  readonly y: Float64Array
}

/** An input holds an infinity or what is no number. */
export class NotFinite extends Schema.TaggedError<NotFinite>()("NotFinite", {
  input: Schema.String,
  /** Places are counted from 0. */
  place: Schema.Array(Schema.Int),
  value: Schema.Number
}) {
  override get message(): string {
    return `element (${this.place.join(", ")}) of ${this.input} is ${this.value}: only finite numbers can be learnt from`
  }
}

/** A number whose products with others may be beyond all numbers. */
export class TooLarge extends Schema.TaggedError<TooLarge>()("TooLarge", {
  input: Schema.String,
  /** Places are counted from 0. */
  place: Schema.Array(Schema.Int),
  value: Schema.Finite
}) {
  override get message(): string {
    return `element (${this.place.join(", ")}) of ${this.input} is ${this.value}: numbers go up to ${LARGEST}; take other units`
  }
}

/** Products of four points and two targets are finite. */
const LARGEST = 1e40

/** Two-class losses know the labels −1 and 1 alone. */
export class LabelNotSign extends Schema.TaggedError<LabelNotSign>()("LabelNotSign", {
  input: Schema.String,
  row: Schema.Int,
  value: Schema.Number
}) {
  override get message(): string {
    return `label ${this.row} of ${this.input} is ${this.value}: labels must be −1 or 1`
  }
}

/** A pattern is neither on nor off at a point. */
export class NotBinary extends Schema.TaggedError<NotBinary>()("NotBinary", {
  input: Schema.String,
  place: Schema.Array(Schema.Int),
  value: Schema.Number
}) {
  override get message(): string {
    return `element (${this.place.join(", ")}) of ${this.input} is ${this.value}: a pattern has 0 and 1 alone`
  }
}

/** Points from a tensor [count, dimension] of finite numbers, both at least 1. */
export const asPoints = Effect.fnUntraced(function* (input: string, tensor: Tensor) {
  const [count = 0, dimension = 0] = tensor.shape
  if (tensor.shape.length !== 2 || count === 0 || dimension === 0) {
    return yield* new ShapeMismatch({ input, found: tensor.shape, expected: "points × coordinates" })
  }
  const data = float64(tensor)
  yield* checkFinite(input, data, dimension)
  return { data, count, dimension } satisfies Points
})

/** Points X and as many finite targets y: a vector, or a matrix of one column. */
export const asExamples = Effect.fnUntraced(function* (X: Tensor, y: Tensor) {
  const x = yield* asPoints("X", X)
  return { x, y: yield* asTargets("y", y, x.count) } satisfies Examples
})

/** Finite targets for `count` points: a vector, or a matrix of one column. */
export const asTargets = Effect.fnUntraced(function* (input: string, tensor: Tensor, count: number) {
  const [length, columns = 1] = tensor.shape
  if (tensor.shape.length === 0 || tensor.shape.length > 2 || length !== count || columns !== 1) {
    return yield* new ShapeMismatch({ input, found: tensor.shape, expected: `${count}, a target for each point` })
  }
  const targets = float64(tensor)
  yield* checkFinite(input, targets, 1)
  return targets
})

/** Fails at the first target that is neither −1 nor 1. */
export const requireSigns = (input: string, y: Float64Array): Effect.Effect<void, LabelNotSign> => {
  const row = y.findIndex((label) => label !== 1 && label !== -1)
  return row === -1 ? Effect.void : Effect.fail(new LabelNotSign({ input, row, value: y[row]! }))
}

/** Patterns from a tensor points × patterns of 0 and 1, as `convex/patterns` gives it. */
export const asPatterns = Effect.fnUntraced(function* (input: string, tensor: Tensor, count: number) {
  const [rows, patterns = 0] = tensor.shape
  if (tensor.shape.length !== 2 || rows !== count || patterns === 0) {
    const expected = `${count} × patterns, a row for each point`
    return yield* new ShapeMismatch({ input, found: tensor.shape, expected })
  }
  const at = tensor.data.findIndex((value) => value !== 0 && value !== 1)
  if (at !== -1) {
    const place = [Math.floor(at / patterns), at % patterns]
    return yield* new NotBinary({ input, place, value: tensor.data[at]! })
  }
  return { rows: count, count: patterns, active: Uint8Array.from(tensor.data) } satisfies Patterns
})

/** A tensor [rows, columns]. */
export const matrix = (rows: number, columns: number, data: Float64Array): Tensor<Float64Array> => ({
  shape: [rows, columns],
  data
})

/** A tensor [length]. */
export const vector = (data: Float64Array): Tensor<Float64Array> => ({ shape: [data.length], data })

const checkFinite = (input: string, data: Float64Array, columns: number): Effect.Effect<void, NotFinite | TooLarge> => {
  const at = data.findIndex((value) => !(Math.abs(value) <= LARGEST))
  if (at === -1) return Effect.void
  const place = columns === 1 ? [at] : [Math.floor(at / columns), at % columns]
  const [value, Refusal] = [data[at]!, Number.isFinite(data[at]) ? TooLarge : NotFinite]
  return Effect.fail(new Refusal({ input, place, value }))
}
