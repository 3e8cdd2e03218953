/**
 * The largest singular values of a matrix and their vectors, from products with a few random vectors.
 *
 * Source: Halko, Martinsson and Tropp, Finding Structure with Randomness, SIAM Review 53 (2011), algorithms 4.4 and 5.1.
 */
import { stream } from "../random/Philox.ts"
import { multiply } from "./Gemm.ts"
import type { Matrix } from "./Matrix.ts"
import { checkedScale } from "./power-of-two.ts"
import { factorInPlace, formQ } from "./Qr.ts"
import { type Svd, svd } from "./Svd.ts"
import type { Workspace } from "./Workspace.ts"
import { withWorkspace } from "./with-workspace.ts"

export interface RandomisedOptions {
  /** Two seeds give results that differ by the error. */
  readonly seed: number | bigint
  /** Vectors beyond the count asked for; 10 when left out. */
  readonly oversampling?: number
  /**
   * Products with AᵀA before the last one with A; 2 when left out. Each multiplies the ratio of values to what is left
   * out by itself, twice.
   */
  readonly passes?: number
}

/**
 * The `count` largest singular values of an m × n matrix, row-major, with vectors as of `svd`; all of them when there
 * are fewer.
 *
 * Values are never too large, but for round-off, and with (σ_{count+1+oversampling} / σᵢ)^(2 · passes + 1) too small by
 * about as much, relative. Of a matrix of a rank up to the count all is exact to round-off. Cost: 4 mn (count +
 * oversampling)(passes + 1) flops. Throws `NotFinite` for an infinity or NaN in A, `RangeError` when it has another
 * length or an option is negative.
 */
export const randomisedSvd = (
  a: Float64Array,
  m: number,
  n: number,
  count: number,
  { seed, oversampling = 10, passes = 2 }: RandomisedOptions
): Svd => {
  const factor = checkedScale(a, m, n)
  if (!(count >= 0 && oversampling >= 0 && passes >= 0)) {
    throw new RangeError(`${count} values with ${oversampling} vectors more and ${passes} passes cannot be found`)
  }
  const width = Math.min(count + oversampling, m, n)
  const start = stream(seed, "linear/RandomisedSvd").normals(n * width)
  const scaled = a.map((element) => element * factor)
  const { basis, image } = withWorkspace((space) => range(space, scaled, m, n, width, start, passes))
  const { values, left, right } = svd(image, width, n)
  const kept = Math.min(count, width)
  const vectors = multiply(left.slice(0, kept * width), basis, kept, m, width, { transposeB: true })
  return {
    values: values.slice(0, kept).map((value) => value / factor),
    left: vectors,
    right: right.slice(0, kept * n)
  }
}

/** An orthonormal basis Q of nearly the range of A, m × width, and Qᵀ A. */
const range = (
  space: Workspace<"f64">,
  a: Float64Array,
  m: number,
  n: number,
  width: number,
  start: Float64Array,
  passes: number
): { readonly basis: Float64Array; readonly image: Float64Array } => {
  const [matrix, long, short] = [space.matrix(m, n), space.matrix(m, width), space.matrix(n, width)]
  matrix.set(a)
  short.set(start)
  space.multiply(long, matrix, short)
  orthonormalise(space, long)
  for (let pass = 0; pass < passes; pass++) {
    space.multiply(short, matrix, long, { transposeA: true })
    orthonormalise(space, short)
    space.multiply(long, matrix, short)
    orthonormalise(space, long)
  }
  const image = space.matrix(width, n)
  space.multiply(image, long, matrix, { transposeA: true })
  return { basis: long.toFloat64(), image: image.toFloat64() }
}

/** Columns become an orthonormal basis of what they span. */
const orthonormalise = (space: Workspace<"f64">, columns: Matrix<"f64">): void =>
  space.temporary(() => {
    const factors = space.matrix(columns.rows, columns.columns)
    factors.set(columns.toFloat64())
    formQ(space, factorInPlace(space, factors), columns)
  })
