/** Opens TensorFlow's own library, by `@tensorflow/tfjs-node-gpu`: CUDA on Linux and Windows. */
import { createRequire } from "node:module"
import { join } from "node:path"
import util from "node:util"
import { BackendUnavailable } from "./BackendUnavailable.ts"
import { type OpenBackend, silent } from "./OpenBackend.ts"
import { packageFolder } from "./resolve-package.ts"

export const TENSORFLOW_PACKAGE = "@tensorflow/tfjs-node-gpu"

const device = "tensorflow-gpu"

/** What fetches the native part, which npm does not do by itself. */
export const INSTALL_TENSORFLOW = `npm explore ${TENSORFLOW_PACKAGE} -- npm run install`

/** Functions of Node that it calls and that Node 23 took away. */
const GONE = {
  isArray: Array.isArray,
  isNullOrUndefined: (value: unknown) => value === null || value === undefined,
  isString: (value: unknown) => typeof value === "string",
  isUndefined: (value: unknown) => value === undefined
}

/** The backend as the package registers it. */
interface NativeBackend {
  readonly isUsingGpuDevice: boolean
  readonly binding?: { readonly TF_Version?: string }
}

/** Its backend stands registered as `tensorflow` in the TensorFlow.js of this process when this returns. */
export const openTensorflow = (from: ReadonlyArray<string>): OpenBackend => {
  const folder = packageFolder(TENSORFLOW_PACKAGE, from)
  if (folder === undefined)
    throw new BackendUnavailable({
      device,
      reason: `${TENSORFLOW_PACKAGE} is not installed`,
      advice: `npm install ${TENSORFLOW_PACKAGE}@4.22.0 && ${INSTALL_TENSORFLOW}`
    })
  for (const [name, value] of Object.entries(GONE)) if (!(name in util)) Reflect.set(util, name, value)
  const require = createRequire(join(folder, "package.json"))
  require(folder)
  const found: NativeBackend | null = require("@tensorflow/tfjs").findBackend("tensorflow")
  if (found === null) throw new BackendUnavailable({ device, reason: `${TENSORFLOW_PACKAGE} registered no backend` })
  if (!found.isUsingGpuDevice)
    throw new BackendUnavailable({
      device,
      reason: "TensorFlow's library sees no GPU",
      advice: "version 2.9.1, which the package fetches, needs CUDA 11.2 and cuDNN 8.1 in LD_LIBRARY_PATH"
    })
  const version = found.binding?.TF_Version ?? "of unknown version"
  return silent({ backend: device, adapter: `TensorFlow ${version} on CUDA`, handle: undefined })
}
