/** Matrices of the blocks of a program: what they count in the outputs, and what keeps them in their cones. */
import type { Points } from "./tensors.ts"

/** F = [± D_b X], points × elements. */
export const featuresOf = (
  { data, count, dimension }: Points,
  blocks: ReadonlyArray<{ readonly states: Uint8Array; readonly sign: 1 | -1 }>
): Float64Array => {
  const size = blocks.length * dimension
  const f = new Float64Array(count * size)
  for (const [b, { states, sign }] of blocks.entries()) {
    for (let i = 0; i < count; i++) {
      if (states[i] === 0) continue
      for (let k = 0; k < dimension; k++) f[i * size + b * dimension + k] = sign * data[i * dimension + k]!
    }
  }
  return f
}

/** The rows of (2D − I) X that are not 0. */
export const signedRows = ({ data, count, dimension }: Points, states: Uint8Array): Float64Array => {
  const rows: Array<number> = []
  for (let i = 0; i < count; i++) {
    const row = data.subarray(i * dimension, (i + 1) * dimension)
    if (row.some((element) => element !== 0)) rows.push(...(states[i] === 1 ? row : row.map((element) => -element)))
  }
  return Float64Array.from(rows)
}
