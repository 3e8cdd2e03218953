/**
 * Where reductions and decompositions compute: places in the memory of a workspace, and the kernels that work there.
 *
 * A place is the index of a float64 in `floats`. Take all places first: growing the memory empties views that were
 * taken before.
 */
import { type SpectralKernels, wasmKernels } from "./spectral-kernels.ts"
import type { Workspace } from "./Workspace.ts"
import { withWorkspace } from "./with-workspace.ts"

const BYTES = 8

/** Kernels in the memory of a workspace: the twin's, where kernels are compared. */
export type MakeKernels = (space: Workspace<"f64">) => SpectralKernels

/** What the body returns; places in its arena are void afterwards. */
export const inArena = <A>(body: (arena: Arena) => A, makeKernels?: MakeKernels): A =>
  withWorkspace((space) => body(new Arena(space, makeKernels)))

export class Arena {
  readonly kernels: SpectralKernels
  private readonly space: Workspace<"f64">

  constructor(space: Workspace<"f64">, makeKernels: MakeKernels = wasmKernels) {
    this.space = space
    this.kernels = makeKernels(space)
  }

  /** The place of `count` zeros. Throws `RangeError` when the memory would exceed 4 GiB. */
  place(count: number): number {
    return this.space.matrix(1, count).address / BYTES
  }

  get floats(): Float64Array {
    return new Float64Array(this.space.buffer)
  }

  get integers(): Int32Array {
    return new Int32Array(this.space.buffer)
  }
}
