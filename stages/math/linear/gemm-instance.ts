/** The WebAssembly module of matrix products, on a memory of its own. */
import { GEMM_WASM } from "../wasm/gemm.wasm.ts"
import { aligned, instantiate, makeMemory, START } from "../wasm/instantiate.ts"

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

export interface GemmInstance {
  readonly memory: WebAssembly.Memory
  readonly dgemm: Product
  readonly sgemm: Product
  /** First address that is free for matrices; scratch memory lies below. */
  readonly start: number
  readonly scratch: number
}

interface GemmExports {
  readonly dgemm: Product
  readonly sgemm: Product
  readonly scratchBytes: () => number
}

/** When nothing refers to it any more, its memory is free again. */
export const makeGemmInstance = (): GemmInstance => {
  const memory = makeMemory()
  const { dgemm, sgemm, scratchBytes } = instantiate<GemmExports>(GEMM_WASM, memory)
  return { memory, dgemm, sgemm, scratch: START, start: aligned(START + scratchBytes()) }
}
