/** Modules that arrays go through in pieces, by a buffer that stays in the first-level cache. */
import { instantiate, makeMemory, START } from "./instantiate.ts"

export interface Buffered<Kernels> {
  readonly kernels: Kernels
  /** In the memory of the kernels, at `START`. */
  readonly buffer: Float64Array
}

/** The functions of a module on a memory of their own, with a buffer of `count` numbers: made at first use, and kept as long as the code. */
export const buffered = <Kernels>(base64: string, count: number): (() => Buffered<Kernels>) => {
  let made: Buffered<Kernels> | undefined
  return () => {
    if (made === undefined) {
      const memory = makeMemory()
      const kernels = instantiate<Kernels>(base64, memory)
      made = { kernels, buffer: new Float64Array(memory.buffer, START, count) }
    }
    return made
  }
}
