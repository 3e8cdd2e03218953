/** A backend that is open in this process, with what its device says of itself. */
import type { Opened } from "../stage/Compute.ts"

export interface OpenBackend {
  /** What stages are given. */
  readonly opened: Opened
  /**
   * What its device has refused although nobody waited for it, or that it was lost: what is computed from then on is not to be
   * believed. Nothing while all is well.
   */
  readonly fault: () => string | undefined
  /** Calls back when there is such a fault; the result ends it. */
  readonly watch: (onFault: (fault: string) => void) => () => void
  /** Resolves when the device has done all that it was given, and said what is wrong with it. */
  readonly settled: () => Promise<void>
}

/** Of a backend without a device that could say something. */
export const silent = (opened: Opened): OpenBackend => ({
  opened,
  fault: () => undefined,
  watch: () => () => {},
  settled: () => Promise.resolve()
})
