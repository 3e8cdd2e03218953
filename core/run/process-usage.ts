/** Memory and processor time of a process with all that it started, as Linux tells them. */
import { readFileSync } from "node:fs"

export interface Usage {
  /** 0 when unknown. */
  readonly cpuMillis: number
  /** Bytes; 0 when unknown. */
  readonly peakMemory: number
}

/** Ticks of the clock in which Linux counts processor time: 100 a second for every program. */
const TICK = 10

/** Processes that are looked at; a command that starts more is measured by these. */
const MOST = 256

/** Looks at a process and its descendants; `before` is what was seen of them until now. Unknown elsewhere than on Linux. */
export const sampleUsage = (pid: number, before: Usage): Usage => {
  let memory = 0
  let ticks = 0
  const queue = [pid]
  for (const next of queue) {
    const status = read(`/proc/${next}/status`)
    const stat = read(`/proc/${next}/stat`)
    // The name of the program stands in brackets and may hold anything.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
    // Own time in user and system mode, and that of children that have ended.
    for (const index of [11, 12, 13, 14]) ticks += Number(fields[index] ?? 0)
    memory += Number(/^VmRSS:\s+(?<size>\d+)/mu.exec(status)?.groups?.["size"] ?? 0) * 1024
    for (const child of read(`/proc/${next}/task/${next}/children`).split(" ")) {
      if (child !== "" && queue.length < MOST) queue.push(Number(child))
    }
  }
  return {
    cpuMillis: Math.max(before.cpuMillis, ticks * TICK),
    peakMemory: Math.max(before.peakMemory, memory)
  }
}

const read = (file: string): string => {
  try {
    return readFileSync(file, "utf8")
  } catch {
    // It has ended, or there is no such file on this system.
    return ""
  }
}
