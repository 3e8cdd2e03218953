/** Shapes that kernel stages check. */
import type { Tensor } from "athanor/stage"
import { Effect } from "effect"
import { float64 } from "../math/float64.ts"
import { ShapeMismatch } from "../math/ShapeMismatch.ts"

/** The float64 elements of a tensor whose shape must be this. */
export const elements = (
  input: string,
  tensor: Tensor,
  shape: ReadonlyArray<number>
): Effect.Effect<Float64Array, ShapeMismatch> => {
  if (tensor.shape.join() !== shape.join()) {
    return Effect.fail(new ShapeMismatch({ input, found: tensor.shape, expected: shape.join("×") }))
  }
  return Effect.succeed(float64(tensor))
}

/** The eigenfunctions in the rows of a matrix: how many, of how many points. */
export const eigenfunctionRows = (input: string, tensor: Tensor) => {
  const [rows = 0, columns = 0] = tensor.shape
  return tensor.shape.length === 2 && columns > 0
    ? Effect.map(elements(input, tensor, [rows, columns]), (data) => ({ data, rows, columns }))
    : Effect.fail(new ShapeMismatch({ input, found: tensor.shape, expected: "components × points" }))
}

/** The kernel matrix of N points with N. */
export const kernelMatrix = (input: string, tensor: Tensor) => {
  const n = tensor.shape[0] ?? 0
  return Effect.map(elements(input, tensor, [n, n]), (data) => ({ data, n }))
}
