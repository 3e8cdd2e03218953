/**
 * One WebAssembly memory for the reductions and decompositions, and the kernels that work in it.
 *
 * A place is the index of a float64 in `floats`. Take all places first: growing the memory empties views that were taken before.
 */
import { aligned, reserve } from "../wasm/instantiate.ts"
import { type SpectralKernels, wasmKernels } from "./spectral-kernels.ts"

const BYTES = 8

export class Arena {
  readonly kernels: SpectralKernels
  private next: number

  /** `make` is another than the default only where kernels are compared with their twins. */
  constructor(make: () => SpectralKernels = wasmKernels) {
    this.kernels = make()
    this.next = this.kernels.start
  }

  /** The place of `count` zeros. Throws `RangeError` when the memory would exceed 4 GiB. */
  place(count: number): number {
    const place = this.next / BYTES
    // Kernels load in pairs; a register tile of a product may load past the last element, never store there.
    this.next = aligned(this.next + count * BYTES + 64)
    reserve(this.kernels.memory, this.next)
    return place
  }

  get floats(): Float64Array {
    return new Float64Array(this.kernels.memory.buffer)
  }

  get integers(): Int32Array {
    return new Int32Array(this.kernels.memory.buffer)
  }
}
