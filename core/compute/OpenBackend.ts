/** A backend that is open in this process, with what its device says of itself. */
import type { Opened } from "../stage/Compute.ts"

export interface OpenBackend {
  /** What stages are given. */
  readonly opened: Opened
  /**
   * Calls back when the device refuses something that nobody waits for, or is lost: what was computed since is not to be
   * believed, and nothing that follows in this process. The result ends it.
   */
  readonly watch: (onFault: (fault: string) => void) => () => void
}

/** Of a backend without a device that could say something. */
export const silent = (opened: Opened): OpenBackend => ({ opened, watch: () => () => {} })
