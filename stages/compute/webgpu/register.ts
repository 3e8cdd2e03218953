/** Gives the webgpu backend right kernels where its own are wrong, missing or know few digits. */
import { replaceKernel } from "../kernels/replace-kernel.ts"
import { FUNCTIONS } from "./functions.ts"
import { HIGH_RANKS } from "./high-ranks.ts"
import { MAXIMUM_GRADIENT } from "./maximum-gradient.ts"
import { AXIS_REDUCTIONS } from "./reductions.ts"
import { RUNNING } from "./running.ts"
import { SUMS } from "./sums.ts"
import { TRANSPOSITION } from "./transposition.ts"

/** For this process; to call it again replaces them anew. */
export const registerWebgpuKernels = (): void => {
  for (const [name, kernel] of [
    ...AXIS_REDUCTIONS,
    ...FUNCTIONS,
    ...HIGH_RANKS,
    ...MAXIMUM_GRADIENT,
    ...RUNNING,
    ...SUMS,
    ...TRANSPOSITION
  ])
    replaceKernel("webgpu", name, kernel)
}
