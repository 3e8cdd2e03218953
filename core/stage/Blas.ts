/** A native library for linear algebra, for stage types that say `blas` and machines whose user asks for one. */
import { Context } from "effect"

/** C = alpha · op(A) · op(B) + beta · C, in arrays that are row-major with rows `ld…` elements apart. */
export interface NativeProduct {
  readonly transposeA: boolean
  readonly transposeB: boolean
  /** C is m × n, op(A) m × k, op(B) k × n. */
  readonly m: number
  readonly n: number
  readonly k: number
  readonly alpha: number
  readonly a: Float64Array
  readonly lda: number
  readonly b: Float64Array
  readonly ldb: number
  readonly beta: number
  readonly c: Float64Array
  readonly ldc: number
}

/** Eigenvalues in ascending order; the eigenvector of the i-th is row i of `vectors`, n × n. */
export interface NativeEigenpairs {
  readonly values: Float64Array
  readonly vectors: Float64Array
}

/** A = U · diag(values) · Vᵀ with r = min(m, n) singular values in descending order: U is m × r, `vt` is r × n. */
export interface NativeSvd {
  readonly u: Float64Array
  readonly values: Float64Array
  readonly vt: Float64Array
}

/**
 * Decompositions of dense row-major matrices. Each takes copies, gives `undefined` for a matrix with an infinity or NaN, and throws
 * `RangeError` when an array has another length.
 */
export interface Lapack {
  /** X of A · X = B for A symmetric positive definite, of order n, and B n × columns; `undefined` when A is not (potrf, potrs). */
  readonly solvePositive: (a: Float64Array, n: number, b: Float64Array, columns: number) => Float64Array | undefined
  /** Of a symmetric matrix, of which the lower triangle counts; `undefined` when it does not converge (syevd). */
  readonly symmetricEigen: (a: Float64Array, n: number) => NativeEigenpairs | undefined
  /** Of an m × n matrix; `undefined` when it does not converge (gesdd). */
  readonly svd: (a: Float64Array, m: number, n: number) => NativeSvd | undefined
}

export interface Blas {
  /** What the library calls itself: name, version, the processor that it computes for. It is part of the key. */
  readonly title: string
  /** On one thread. Throws `RangeError` when a shape is no shape, or an array too short for it. */
  readonly dgemm: (product: NativeProduct) => void
  /** Where the library has it too. */
  readonly lapack: Lapack | undefined
}

/** The library of the current attempt; none where nobody asks for one, and outside of a run. */
export const Current = Context.Reference<Blas | undefined>("athanor/stage/Blas", { defaultValue: () => undefined })
