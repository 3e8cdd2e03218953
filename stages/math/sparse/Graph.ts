/** The graph of a square matrix: its unknowns, each with those that it meets in an equation. */

import { product } from "./Product.ts"
import { filter } from "./Selection.ts"
import { type SparseMatrix, transpose } from "./SparseMatrix.ts"
import { add } from "./Sum.ts"

/** Neighbours of vertex i: neighbours[starts[i]] … neighbours[starts[i + 1] − 1], ascending, never i itself. */
export interface Graph {
  readonly starts: Int32Array
  readonly neighbours: Int32Array
}

const graphOf = (a: SparseMatrix): Graph => {
  const { starts, indices } = filter(a, (i, j) => i !== j)
  return { starts, neighbours: indices }
}

/** The pattern of A + Aᵀ. Throws `RangeError` when A is not square. */
export const symmetricGraph = (a: SparseMatrix): Graph => graphOf(add(a, transpose(a)))

/** The pattern of Aᵀ A without the rows of A that would fill it: those with more than 10 √columns entries, and more than 16. */
export const columnGraph = (a: SparseMatrix): Graph => {
  const bound = Math.max(16, 10 * Math.sqrt(a.columns))
  const narrow = filter(a, (i) => a.starts[i + 1]! - a.starts[i]! <= bound)
  return graphOf(product(transpose(narrow), narrow))
}
