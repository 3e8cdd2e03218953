/** Threads that could not be ended: this process ends without them. */
import process from "node:process"
import type { Worker } from "node:worker_threads"
import { isGuarded } from "../fault/hooks.ts"

/** Milliseconds that a thread has to end. Loops that ask whether they are to end do so at once. */
const PATIENCE = 2000

/** Ends a thread; `false` when it cannot be ended. Then nothing waits for it any more, not even the end of this process. */
export const endThread = async (worker: Worker): Promise<boolean> => {
  const ended = worker.terminate().then(() => true)
  if (!isGuarded("leave-threads")) return ended
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), PATIENCE)
  })
  const hasEnded = await Promise.race([ended, late])
  clearTimeout(timer)
  if (!hasEnded) leave(worker)
  return hasEnded
}

let hasLeft = false

const leave = (worker: Worker): void => {
  worker.unref()
  if (hasLeft) return
  hasLeft = true
  // Node waits for all threads before it ends. Another program in its place takes them with it, and keeps the status.
  process.on("exit", (status) => process.execve?.("/bin/sh", ["sh", "-c", `exit ${status}`], {}))
}
