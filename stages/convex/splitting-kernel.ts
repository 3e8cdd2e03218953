/** The WebAssembly module of what a step does between its products: on addresses, for views made anew each step would cost a tenth of it. */
import type { Workspace } from "../math/linear/Workspace.ts"
import { SPLITTING_WASM } from "../math/wasm/splitting.wasm.ts"

/** On raw memory; see `stages/math/wasm/assembly/splitting.ts`. Addresses in bytes, counts in elements. */
export interface SplittingKernel {
  readonly difference: (count: number, x: number, y: number, to: number) => void
  readonly addToSides: (count: number, x: number, sides: number) => void
  readonly scaleRows: (rows: number, columns: number, alpha: number, q: number, x: number, to: number) => void
  readonly rowProducts: (
    rows: number,
    columns: number,
    alpha: number,
    x: number,
    y: number,
    beta: number,
    b: number,
    to: number
  ) => void
  readonly shrink: (
    blocks: number,
    width: number,
    alpha: number,
    threshold: number,
    u: number,
    v: number,
    lambda: number
  ) => void
  readonly reflect: (count: number, signs: number, alpha: number, z: number, mirrored: number) => void
}

export const splittingKernel = (space: Workspace<"f64">): SplittingKernel =>
  space.module<SplittingKernel>(SPLITTING_WASM)
