/** Tensors as points and matrices. */
import type { Tensor } from "athanor/stage"
import { Effect } from "effect"
import { float64 } from "../math/float64.ts"
import { ShapeMismatch } from "../math/ShapeMismatch.ts"
import type { Points } from "./limit-kernels.ts"

/** Points from a tensor [count, dimension]. */
export const asPoints = (input: string, tensor: Tensor): Effect.Effect<Points, ShapeMismatch> => {
  const [count, dimension] = tensor.shape
  return tensor.shape.length === 2 && count !== undefined && dimension !== undefined && count > 0
    ? Effect.succeed({ data: float64(tensor), count, dimension })
    : Effect.fail(new ShapeMismatch({ input, found: tensor.shape, expected: "points × coordinates" }))
}

/** The float64 elements of a vector of this length; `like` names what has as many. */
export const values = (
  input: string,
  tensor: Tensor,
  length: number,
  like: string
): Effect.Effect<Float64Array, ShapeMismatch> =>
  tensor.shape.length === 1 && tensor.shape[0] === length
    ? Effect.succeed(float64(tensor))
    : Effect.fail(new ShapeMismatch({ input, found: tensor.shape, expected: `${length}, as many as ${like}` }))

/** The length of a vector that is not empty. */
export const lengthOf = (input: string, { shape }: Tensor): Effect.Effect<number, ShapeMismatch> => {
  const [length = 0] = shape
  return shape.length === 1 && length > 0
    ? Effect.succeed(length)
    : Effect.fail(new ShapeMismatch({ input, found: shape, expected: "a list of at least one number" }))
}

/** The side of a square matrix. */
export const squareSide = (input: string, tensor: Tensor): Effect.Effect<number, ShapeMismatch> => {
  const [rows, columns] = tensor.shape
  return tensor.shape.length === 2 && rows !== undefined && rows === columns
    ? Effect.succeed(rows)
    : Effect.fail(new ShapeMismatch({ input, found: tensor.shape, expected: "a square matrix" }))
}

/** A tensor [rows, columns]. */
export const matrix = (rows: number, columns: number, data: Float64Array): Tensor<Float64Array> => ({
  shape: [rows, columns],
  data
})

/** A tensor [length]. */
export const vector = (data: Float64Array): Tensor<Float64Array> => ({ shape: [data.length], data })
