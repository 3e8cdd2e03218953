/** Arrays of numbers in the tests of stages: tensors from them, and distances between them. */
import type { Tensor } from "../../core/stage/ArtifactKind.ts"
import { stream } from "../../stages/math/random/Philox.ts"

export const tensor = (values: ArrayLike<number>, ...shape: ReadonlyArray<number>): Tensor<Float64Array> => ({
  shape: shape.length === 0 ? [values.length] : shape,
  data: Float64Array.from(values)
})

/** Points of the plane at these angles. */
export const onCircle = (angles: ReadonlyArray<number>): Tensor<Float64Array> =>
  tensor(
    angles.flatMap((angle) => [Math.cos(angle), Math.sin(angle)]),
    angles.length,
    2
  )

/** Angles that no symmetry of a kernel relates. */
export const ANGLES = [-2.3, -0.8, 0.6, 1.9, 2.9]

/** Normal numbers that depend on the name alone. */
export const normals = (name: string, ...shape: ReadonlyArray<number>): Tensor<Float64Array> =>
  tensor(stream(2018, name).normals(shape.reduce((a, b) => a * b, 1)), ...shape)

export const largest = (values: ArrayLike<number>): number => {
  let most = 0
  // A NaN is the largest of all: it must not pass for a small number.
  for (let i = 0; i < values.length; i++) most = Math.max(most, Math.abs(values[i]!))
  return most
}

/** The largest distance between elements; infinite between arrays of two lengths. */
export const difference = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  a.length === b.length ? largest(Array.from(a, (value, i) => value - b[i]!)) : Number.POSITIVE_INFINITY

export const norm = (values: ArrayLike<number>): number => {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i]! * values[i]!
  return Math.sqrt(sum)
}

export const row = (matrix: Tensor, index: number): Float64Array => {
  const columns = matrix.shape[1] ?? 0
  return Float64Array.from(matrix.data.slice(index * columns, (index + 1) * columns))
}

/** The rows of a matrix in another order. */
export const rowsInOrder = (matrix: Tensor, order: ReadonlyArray<number>): Tensor<Float64Array> =>
  tensor(
    order.flatMap((index) => [...row(matrix, index)]),
    order.length,
    matrix.shape[1] ?? 0
  )

/** The columns of a matrix in another order. */
export const columnsInOrder = (matrix: Tensor, order: ReadonlyArray<number>): Tensor<Float64Array> => {
  const [rows = 0] = matrix.shape
  const values = Array.from({ length: rows }, (_, i) => order.map((index) => row(matrix, i)[index]!)).flat()
  return tensor(values, rows, order.length)
}

/** A kernel matrix of points that are numbered anew. */
export const bothInOrder = (matrix: Tensor, order: ReadonlyArray<number>): Tensor<Float64Array> =>
  columnsInOrder(rowsInOrder(matrix, order), order)
