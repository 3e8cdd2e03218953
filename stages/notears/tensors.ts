/** Tensors as data, weights and orders. */
import type { Tensor } from "athanor/stage"
import { Effect, Schema } from "effect"
import { float64 } from "../math/float64.ts"
import { ShapeMismatch } from "../math/ShapeMismatch.ts"
import { asOrder, type NotAnOrder, type Order } from "./Order.ts"

/** An input has NaN or an infinity. */
export class NotFinite extends Schema.TaggedError<NotFinite>()("NotFinite", {
  input: Schema.String,
  row: Schema.Int,
  column: Schema.Int,
  found: Schema.Number
}) {
  override get message(): string {
    return `${this.input} has ${this.found} in row ${this.row}, column ${this.column} (counted from 0): all elements must be finite`
  }
}

/** Samples of d variables in the n rows of a matrix. */
export interface Samples {
  readonly data: Float64Array
  readonly n: number
  readonly d: number
}

/** Samples from a tensor [n, d], neither of them 0. */
export const asSamples = (input: string, tensor: Tensor): Effect.Effect<Samples, ShapeMismatch | NotFinite> => {
  const [n = 0, d = 0] = tensor.shape
  return tensor.shape.length === 2 && n > 0 && d > 0
    ? Effect.map(finite(input, tensor, d), (data) => ({ data, n, d }))
    : Effect.fail(
        new ShapeMismatch({ input, found: tensor.shape, expected: "samples × variables, at least one of each" })
      )
}

/** Weights of the edges between d nodes, from a tensor [d, d]. */
export const asWeights = (
  input: string,
  tensor: Tensor,
  d: number
): Effect.Effect<Float64Array, ShapeMismatch | NotFinite> =>
  tensor.shape.join() === `${d},${d}`
    ? finite(input, tensor, d)
    : Effect.fail(
        new ShapeMismatch({ input, found: tensor.shape, expected: `${d}×${d}, a row and a column for each variable` })
      )

/** How many nodes a tensor of weights [d, d] has, at least one. */
export const nodesOf = (input: string, { shape }: Tensor): Effect.Effect<number, ShapeMismatch> => {
  const [rows = 0, columns] = shape
  return shape.length === 2 && rows === columns && rows > 0
    ? Effect.succeed(rows)
    : Effect.fail(new ShapeMismatch({ input, found: shape, expected: "a square matrix" }))
}

/** An order of d nodes, from a tensor [d] of whole numbers. */
export const orderFrom = (
  input: string,
  tensor: Tensor,
  d: number
): Effect.Effect<Order, ShapeMismatch | NotAnOrder> =>
  tensor.shape.length === 1 && tensor.shape[0] === d
    ? asOrder(input, tensor.data)
    : Effect.fail(new ShapeMismatch({ input, found: tensor.shape, expected: `${d}, a node for each variable` }))

const finite = (input: string, tensor: Tensor, columns: number): Effect.Effect<Float64Array, NotFinite> => {
  const data = float64(tensor)
  const at = data.findIndex((element) => !Number.isFinite(element))
  return at < 0
    ? Effect.succeed(data)
    : Effect.fail(new NotFinite({ input, row: Math.floor(at / columns), column: at % columns, found: data[at]! }))
}

/** A tensor [rows, columns]. */
export const matrix = (rows: number, columns: number, data: Float64Array): Tensor<Float64Array> => ({
  shape: [rows, columns],
  data
})

/** A tensor [d] of nodes. */
export const orderTensor = (order: Order): Tensor<Int32Array> => ({ shape: [order.length], data: order })
