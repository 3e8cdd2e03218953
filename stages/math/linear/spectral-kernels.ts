/** The WebAssembly modules that eigenvalue and singular value decompositions run on. */
import { GEMM_WASM } from "../wasm/gemm.wasm.ts"
import { MATRIXVECTOR_WASM } from "../wasm/matrixvector.wasm.ts"
import { SECULAR_WASM } from "../wasm/secular.wasm.ts"
import type { GemmKernel } from "./gemm-kernel.ts"
import type { Workspace } from "./Workspace.ts"

/** A matrix in memory: the place of its first element, and the distances between rows and between columns. */
export interface Block {
  readonly at: number
  readonly rs: number
  readonly cs: number
}

/** Places and distances count float64s; what each does is said in `wasm/assembly`. */
export interface SpectralKernels {
  /** C (m × n, rows `ldc` apart) += alpha · A (m × k) · B (k × n). */
  readonly gemm: (m: number, n: number, k: number, alpha: number, a: Block, b: Block, c: number, ldc: number) => void
  readonly gemv: (rows: number, columns: number, a: number, lda: number, x: number, y: number) => void
  readonly gemvTransposed: (
    rows: number,
    columns: number,
    alpha: number,
    a: number,
    lda: number,
    x: number,
    y: number
  ) => void
  readonly symv: (n: number, a: number, lda: number, x: number, y: number) => void
  readonly differences: (count: number, d: number, at: number, squares: boolean, to: number) => void
  readonly shift: (count: number, x: number, by: number, to: number) => void
  readonly secularSums: (count: number, delta: number, z: number, tau: number, out: number) => void
  readonly ratios: (count: number, over: number, under: number, to: number) => void
  readonly multiplyRatios: (count: number, over: number, under: number, to: number) => void
  readonly products: (count: number, x: number, y: number, to: number) => void
  readonly scatterUnit: (count: number, x: number, places: number, to: number) => void
  readonly rotate: (count: number, x: number, y: number, c: number, s: number) => void
}

type MatrixVector = Pick<SpectralKernels, "gemv" | "gemvTransposed" | "symv">

interface Secular extends Omit<SpectralKernels, keyof MatrixVector | "gemm" | "differences"> {
  readonly differences: (count: number, d: number, at: number, squares: number, to: number) => void
}

export const wasmKernels = (space: Workspace<"f64">): SpectralKernels => {
  const { scratch } = space
  const { dgemm } = space.module<GemmKernel>(GEMM_WASM)
  const { gemv, gemvTransposed, symv } = space.module<MatrixVector>(MATRIXVECTOR_WASM)
  const secular = space.module<Secular>(SECULAR_WASM)
  return {
    gemm: (m, n, k, alpha, a, b, c, ldc) =>
      dgemm(m, n, k, alpha, a.at * 8, a.rs, a.cs, b.at * 8, b.rs, b.cs, c * 8, ldc, scratch),
    gemv: (rows, columns, a, lda, x, y) => gemv(rows, columns, a * 8, lda, x * 8, y * 8),
    gemvTransposed: (rows, columns, alpha, a, lda, x, y) =>
      gemvTransposed(rows, columns, alpha, a * 8, lda, x * 8, y * 8),
    symv: (n, a, lda, x, y) => symv(n, a * 8, lda, x * 8, y * 8),
    differences: (count, d, at, squares, to) => secular.differences(count, d * 8, at, squares ? 1 : 0, to * 8),
    shift: (count, x, by, to) => secular.shift(count, x * 8, by, to * 8),
    secularSums: (count, delta, z, tau, out) => secular.secularSums(count, delta * 8, z * 8, tau, out * 8),
    ratios: (count, over, under, to) => secular.ratios(count, over * 8, under * 8, to * 8),
    multiplyRatios: (count, over, under, to) => secular.multiplyRatios(count, over * 8, under * 8, to * 8),
    products: (count, x, y, to) => secular.products(count, x * 8, y * 8, to * 8),
    scatterUnit: (count, x, places, to) => secular.scatterUnit(count, x * 8, places * 8, to * 8),
    rotate: (count, x, y, c, s) => secular.rotate(count, x * 8, y * 8, c, s)
  }
}
