/** What an attempt that took too much memory is told: how much there was, how much it took, and what to write. */
import { sizeText } from "../document/quantities.ts"

/** What is true of every end for lack of memory. */
interface OutOfMemory {
  readonly tag: "OutOfMemory"
  readonly message: string
  readonly detail: string
}

const outOfMemory = (message: string): OutOfMemory => ({ tag: "OutOfMemory", message, detail: "" })

/** Of a worker without a limit of its own whose heap is full; `limit` is what the engine gave it, in MiB. */
export const outOfHeap = (limit?: number): OutOfMemory => {
  const of = limit === undefined ? "" : `, ${sizeText(limit * 2 ** 20)}`
  const more = sizeText(2 * (limit ?? 4096) * 2 ** 20)
  return outOfMemory(
    `it needs more memory than the engine gives it${of}; say how much in the pipeline file, resources: { memory: ${more} }: it then has a process that may take so much`
  )
}

/** Of one that cannot be stopped, with what it has taken and what the engine gives, in bytes. */
export const beyondHeap = (limit: number, taken: number): OutOfMemory =>
  outOfMemory(
    `it took ${sizeText(taken)} of memory, the engine gives it ${sizeText(limit)}, and its thread cannot be stopped: the run ends, so that the machine keeps its memory; give it a process that can be, resources: { memory: ${sizeText(limit)} }`
  )

/** Of one that was held to a limit. `used` and `limit` are bytes; what it took is unknown where its heap was full at once. */
export const beyondLimit = (limit: number, used?: number): OutOfMemory => {
  const taken = used === undefined ? "more" : sizeText(used, limit)
  return outOfMemory(
    `it took ${taken} of memory, and its limit is ${sizeText(limit)}; raise it in the pipeline file, resources: { memory: ${sizeText(2 * limit, limit)} }, or for further attempts, memory: { first: ${sizeText(limit)}, factor: 2 } with retries: 2`
  )
}
