/** Matrices for tests, and how far products are from them. */
import { createHash } from "node:crypto"
import { multiply } from "../../../../stages/math/linear/Gemm.ts"
import type { Matrix } from "../../../../stages/math/linear/Matrix.ts"
import { Workspace } from "../../../../stages/math/linear/Workspace.ts"
import { stream } from "../../../../stages/math/random/Philox.ts"

export const random = (rows: number, columns: number, name: string): Float64Array =>
  stream(11, name).normals(rows * columns)

const NUMBERS = stream(11, "numbers").normals(2 ** 14)

/** `count` normal numbers from place `at` of a long row of them: made once, for they take longer than what is tested. */
export const cut = (count: number, at: number): Float64Array => NUMBERS.slice(at, at + count)

/** The elements at (i, j). */
export const tabulate = (rows: number, columns: number, at: (i: number, j: number) => number): Float64Array =>
  new Float64Array(rows * columns).map((_, place) => at(Math.floor(place / columns), place % columns))

export const hilbert = (n: number): Float64Array => tabulate(n, n, (i, j) => 1 / (i + j + 1))

/** Random rows, the last 10⁻ᵈᵉᶜᵃᵈᵉˢ as long as the first. */
export const graded = (n: number, decades: number, name: string): Float64Array => {
  const values = random(n, n, name)
  return values.map((value, place) => value * 10 ** ((-decades * Math.floor(place / n)) / Math.max(1, n - 1)))
}

/** Symmetric positive definite, well-conditioned. */
export const definite = (n: number, name: string): Float64Array => {
  const values = random(n, n, name)
  const gram = multiply(values, values, n, n, n, { transposeB: true })
  return gram.map((value, place) => value + (place % (n + 1) === 0 ? n : 0))
}

/** NaN where one is. */
export const largest = (values: ArrayLike<number>): number => {
  let most = 0
  for (let i = 0; i < values.length; i++) most = Math.max(most, Math.abs(values[i]!))
  return most
}

/** Largest difference as a multiple of ε · largest element of `expected`, or of `scale`. */
export const distance = (found: Float64Array, expected: Float64Array, scale = largest(expected)): number =>
  largest(found.map((value, place) => value - expected[place]!)) / (Number.EPSILON * (scale || 1))

/** The matrix with these elements, as a block of a larger one whose other elements are NaN. */
export const blockOf = (
  space: Workspace<"f64">,
  rows: number,
  columns: number,
  values: Float64Array,
  gap = 3
): { readonly whole: Matrix<"f64">; readonly block: Matrix<"f64"> } => {
  const whole = space.matrix(rows + 2 * gap, columns + 2 * gap)
  whole.fill(Number.NaN)
  const block = whole.block(gap, gap, rows, columns)
  block.set(values)
  return { whole, block }
}

/** Whether everything around a block that `blockOf` has made is as it was. */
export const isUntouched = (whole: Matrix<"f64">, gap = 3): boolean => {
  for (let i = 0; i < whole.rows; i++) {
    const row = whole.row(i)
    for (let j = 0; j < whole.columns; j++) {
      const isInside = i >= gap && i < whole.rows - gap && j >= gap && j < whole.columns - gap
      if (!isInside && !Number.isNaN(row[j])) return false
    }
  }
  return true
}

/** SHA-256 of the bytes of arrays, one after the other. */
export const digest = (...parts: ReadonlyArray<Float64Array>): string => {
  const hash = createHash("sha256")
  for (const part of parts) hash.update(new Uint8Array(part.buffer, part.byteOffset, part.byteLength))
  return hash.digest("hex")
}

export const workspace = (): Workspace<"f64"> => new Workspace("f64")
