/** The WebAssembly module of Fourier transforms, on a memory of its own. */
import { FOURIER_WASM } from "../wasm/fourier.wasm.ts"
import { instantiate, makeMemory } from "../wasm/instantiate.ts"

/** One pass of Stockham's algorithm; see `wasm/assembly/fourier.ts`. Addresses in bytes, counts and distances in complex numbers. */
export type Pass = (
  from: number,
  pitch: number,
  to: number,
  toPitch: number,
  lines: number,
  m: number,
  s: number,
  table: number,
  inverse: boolean
) => void

export interface FourierKernels {
  readonly radix2: Pass
  readonly radix3: Pass
  readonly radix4: Pass
  readonly radix5: Pass
  readonly radix4OfColumns: (
    from: number,
    stride: number,
    to: number,
    toPitch: number,
    lines: number,
    m: number,
    table: number,
    inverse: boolean
  ) => void
  readonly radix4ToColumns: (
    from: number,
    pitch: number,
    to: number,
    stride: number,
    lines: number,
    s: number,
    inverse: boolean
  ) => void
  readonly scale: (at: number, count: number, factor: number) => void
  readonly transpose: (
    from: number,
    stride: number,
    to: number,
    toStride: number,
    rows: number,
    columns: number
  ) => void
  readonly modulate: (from: number, to: number, count: number, w: number, inverse: boolean) => void
  readonly interlude: (
    from: number,
    pitch: number,
    to: number,
    stride: number,
    rows: number,
    columns: number,
    first: number,
    fine: number,
    coarse: number,
    bits: number,
    inverse: boolean
  ) => void
  readonly split: (z: number, to: number, m: number, w: number) => void
  readonly merge: (x: number, to: number, m: number, w: number) => void
}

export interface FourierInstance extends FourierKernels {
  /** Grows by pages of 64 KiB; views of its buffer that were taken before are empty then. */
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number }
}

/** When nothing refers to it any more, its memory is free again. */
export const makeFourierInstance = (): FourierInstance => {
  const memory = makeMemory()
  return { ...instantiate<FourierKernels>(FOURIER_WASM, memory), memory }
}
