/** What of the environment leads to devices, their drivers and their libraries: all that a process which opens one is told. */

export const DRIVER_VARIABLES = [
  "CUDA_VISIBLE_DEVICES",
  "LD_LIBRARY_PATH",
  // The kind of processor that OpenBLAS is to compute for: its bits depend on it.
  "OPENBLAS_CORETYPE",
  // Windows finds libraries on it, and CUDA its tools.
  "PATH",
  "VK_ADD_DRIVER_FILES",
  "VK_DRIVER_FILES",
  "VK_ICD_FILENAMES",
  "XDG_RUNTIME_DIR"
] as const

/** Those that are set. */
export const driverVariables = (environment: NodeJS.ProcessEnv): { readonly [name: string]: string } =>
  Object.fromEntries(
    DRIVER_VARIABLES.flatMap((name) => {
      const value = environment[name]
      return value === undefined ? [] : [[name, value]]
    })
  )

/** Files by which one can tell that drivers or devices have come or gone. */
export const DRIVER_FILES = [
  "/dev/dri",
  "/dev/dxg",
  "/dev/kfd",
  "/dev/nvidia0",
  "/dev/nvidiactl",
  "/etc/ld.so.cache",
  "/etc/vulkan/icd.d",
  "/usr/local/share/vulkan/icd.d",
  "/usr/share/vulkan/icd.d"
] as const
