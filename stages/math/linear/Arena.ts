/**
 * One WebAssembly memory for the reductions and decompositions, and the kernels that work in it.
 *
 * A place is the index of a float64 in `floats`. Take all places first: growing the memory empties views that were
 * taken before.
 */
import { aligned, reserve } from "../wasm/instantiate.ts"
import { type SpectralKernels, wasmKernels } from "./spectral-kernels.ts"

const BYTES = 8

/**
 * A memory up to so many bytes is kept for the next computation: to make one takes longer than to decompose a small
 * matrix.
 */
const KEPT = 2 ** 24

let idle: Arena | undefined

/**
 * What the body returns; places in its arena are void afterwards. `makeKernels` is given only where kernels are
 * compared with their twins.
 */
export const inArena = <A>(body: (arena: Arena) => A, makeKernels?: () => SpectralKernels): A => {
  const arena = makeKernels !== undefined ? new Arena(makeKernels()) : (idle ?? new Arena(wasmKernels()))
  // A computation inside of this one has an arena of its own.
  if (arena === idle) idle = undefined
  try {
    return body(arena)
  } finally {
    if (makeKernels === undefined && arena.floats.byteLength <= KEPT) {
      arena.clear()
      idle = arena
    }
  }
}

export class Arena {
  readonly kernels: SpectralKernels
  private next: number
  /** Beyond lies memory that nothing was ever stored in. */
  private used: number

  constructor(kernels: SpectralKernels) {
    this.kernels = kernels
    this.next = kernels.start
    this.used = kernels.start
  }

  /** The place of `count` zeros. Throws `RangeError` when the memory would exceed 4 GiB. */
  place(count: number): number {
    const place = this.next / BYTES
    // Kernels load in pairs; a register tile of a product may load past the last element, never store there.
    this.next = aligned(this.next + count * BYTES + 64)
    reserve(this.kernels.memory, this.next)
    if (place * BYTES < this.used) this.floats.fill(0, place, place + count)
    this.used = Math.max(this.used, this.next)
    return place
  }

  /** Gives all places back. */
  clear(): void {
    this.next = this.kernels.start
  }

  get floats(): Float64Array {
    return new Float64Array(this.kernels.memory.buffer)
  }

  get integers(): Int32Array {
    return new Int32Array(this.kernels.memory.buffer)
  }
}
