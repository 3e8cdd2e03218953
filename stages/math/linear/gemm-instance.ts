/** The WebAssembly module of matrix products, on a memory of its own. */
import { GEMM_WASM } from "../wasm/gemm.wasm.ts"
import { aligned, instantiate, makeMemory, reserve, START } from "../wasm/instantiate.ts"

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
  /** Bytes of scratch memory; each thread has as many, one behind the other. */
  readonly scratchBytes: number
}

interface GemmExports {
  readonly dgemm: Product
  readonly sgemm: Product
  readonly scratchBytes: () => number
}

/** For so many threads. When nothing refers to it any more, its memory is free again. */
export const makeGemmInstance = (threads = 1): GemmInstance => {
  const memory = makeMemory(threads > 1)
  const { dgemm, sgemm, scratchBytes } = instantiate<GemmExports>(GEMM_WASM, memory)
  const bytes = aligned(scratchBytes())
  reserve(memory, START + threads * bytes)
  return { memory, dgemm, sgemm, scratch: START, scratchBytes: bytes, start: START + threads * bytes }
}
