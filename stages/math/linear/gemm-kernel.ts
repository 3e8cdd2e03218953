/** The WebAssembly module of matrix products. */

/** One product on raw memory; see `wasm/assembly/gemm.ts`. Addresses in bytes, strides in elements. */
export type Product = (
  m: number,
  n: number,
  k: number,
  alpha: number,
  a: number,
  rsA: number,
  csA: number,
  b: number,
  rsB: number,
  csB: number,
  c: number,
  ldc: number,
  scratch: number
) => void

export interface GemmKernel {
  readonly dgemm: Product
  readonly sgemm: Product
  readonly scratchBytes: () => number
}
