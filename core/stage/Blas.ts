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

export interface Blas {
  /** What the library calls itself: name, version, the processor that it computes for. It is part of the key. */
  readonly title: string
  /** On one thread. Throws `RangeError` when a shape is no shape, or an array too short for it. */
  readonly dgemm: (product: NativeProduct) => void
}

/** The library of the current attempt; none where nobody asks for one, and outside of a run. */
export const Current = Context.Reference<Blas | undefined>("athanor/stage/Blas", { defaultValue: () => undefined })
