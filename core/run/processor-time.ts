/** Processor time of threads. */
import process from "node:process"

/** What this thread has taken, in milliseconds; 0 on a Node that cannot tell. */
export const processorTime = (): number => {
  if (typeof process.threadCpuUsage !== "function") return 0
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}
