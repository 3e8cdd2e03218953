/** The devices that a machine offers to tasks. */
import { readdirSync } from "node:fs"

/** Where NVIDIA's driver lists its devices, one folder each. */
const DRIVER = "/proc/driver/nvidia/gpus"

/**
 * Ids of the devices: those that are given, or those of `PIPELINE_GPUS`, or those that `CUDA_VISIBLE_DEVICES` leaves to
 * this process, or all that the driver knows. `none` and an empty text stand for none.
 */
export const offeredDevices = (
  given: string | undefined,
  environment: NodeJS.ProcessEnv,
  driver = DRIVER
): ReadonlyArray<string> => {
  const listed = given ?? environment["PIPELINE_GPUS"] ?? environment["CUDA_VISIBLE_DEVICES"]
  return listed === undefined ? devicesOfDriver(driver) : idsIn(listed)
}

/** Ids between commas, each once; CUDA's own words for none are `-1` and `NoDevFiles`. */
const idsIn = (text: string): ReadonlyArray<string> => {
  const ids = text.split(",").map((id) => id.trim())
  return [...new Set(ids.filter((id) => !["", "none", "-1", "NoDevFiles"].includes(id)))]
}

const devicesOfDriver = (folder: string): ReadonlyArray<string> => {
  try {
    return readdirSync(folder).map((_, index) => String(index))
  } catch {
    return []
  }
}
