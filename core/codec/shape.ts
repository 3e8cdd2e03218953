/** Shapes of tensors. */

/** Axes of a tensor at most: what NumPy has since 2.0. */
export const MAX_AXES = 64

/** Whether a value is a list of lengths. */
export const isShape = (value: unknown): value is ReadonlyArray<number> =>
  Array.isArray(value) && value.length <= MAX_AXES && value.every((item) => Number.isSafeInteger(item) && item >= 0)

/** Number of elements of a shape; 1 for a scalar. */
export const elementCount = (shape: ReadonlyArray<number>): number =>
  // Lengths beside a 0 may have a product of infinity.
  shape.includes(0) ? 0 : shape.reduce((count, length) => count * length, 1)

/** A shape for a person: `3×4`, or `scalar`. */
export const describeShape = (shape: ReadonlyArray<number>): string => shape.join("×") || "scalar"
