/** Gives the webgpu backend right kernels where its own are wrong or know few digits. */
import { replaceKernel } from "../kernels/replace-kernel.ts"
import { FUNCTIONS } from "./functions.ts"
import { RUNNING } from "./running.ts"
import { SUMS } from "./sums.ts"

/** For this process; to call it again replaces them anew. */
export const registerWebgpuKernels = (): void => {
  for (const [name, kernel] of [...FUNCTIONS, ...RUNNING, ...SUMS]) replaceKernel("webgpu", name, kernel)
}
