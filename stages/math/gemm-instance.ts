/** The WebAssembly module of matrix products, compiled once an attempt. */
import { GEMM_WASM } from "./gemm.wasm.ts"

/** One product on raw memory; see `assembly/gemm.ts`. Addresses in bytes, strides in elements. */
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

const PAGE = 65_536
const ALIGNMENT = 64

let compiled: WebAssembly.Module | undefined

/** A module with memory of its own: when nothing refers to it any more, its memory is free again. */
export const makeGemmInstance = (): GemmInstance => {
  compiled ??= new WebAssembly.Module(Uint8Array.from(Buffer.from(GEMM_WASM, "base64")))
  const memory = new WebAssembly.Memory({ initial: 64, maximum: 65_536 })
  const { exports } = new WebAssembly.Instance(compiled, { env: { memory } })
  const { dgemm, sgemm, scratchBytes } = exports as {
    readonly dgemm: Product
    readonly sgemm: Product
    readonly scratchBytes: () => number
  }
  return { memory, dgemm, sgemm, scratch: PAGE, start: aligned(PAGE + scratchBytes()) }
}

/** The next address that a vector may start at. */
export const aligned = (address: number): number => Math.ceil(address / ALIGNMENT) * ALIGNMENT

/** Grows a memory to hold `end` bytes. Throws `RangeError` beyond 4 GiB. Views made before are empty afterwards. */
export const reserve = (memory: WebAssembly.Memory, end: number): void => {
  const missing = end - memory.buffer.byteLength
  if (missing > 0) memory.grow(Math.ceil(missing / PAGE))
}
