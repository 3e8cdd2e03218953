/** Memory and processor time of a process with all that it started, as Linux tells them. */
import { readFileSync } from "node:fs"

export interface Usage {
  /** 0 when unknown. */
  readonly cpuMillis: number
  /** Bytes; 0 when unknown. */
  readonly peakMemory: number
}

/** Ticks of the clock in which Linux counts processor time: 100 a second for every program. */
export const TICK = 10

/** Processes that are looked at; a command that starts more is measured by these. */
const MOST = 256

/** Looks at a process and its descendants; `before` is what was seen of them until now. Unknown elsewhere than on Linux. */
export const sampleUsage = (pid: number, before: Usage): Usage => {
  let memory = 0
  // The most that one of them had at any time; together they may have had more at the moment.
  let largest = 0
  let ticks = 0
  const queue = [pid]
  for (const next of queue) {
    const status = readProcess(next, "status")
    const fields = statFields(readProcess(next, "stat"))
    // Own time in user and system mode, and that of children that have ended.
    for (const index of [11, 12, 13, 14]) ticks += Number(fields[index] ?? 0)
    memory += bytesOf("VmRSS", status)
    largest = Math.max(largest, bytesOf("VmHWM", status))
    for (const child of readProcess(next, `task/${next}/children`).split(" ")) {
      if (child !== "" && queue.length < MOST) queue.push(Number(child))
    }
  }
  return {
    cpuMillis: Math.max(before.cpuMillis, ticks * TICK),
    peakMemory: Math.max(before.peakMemory, memory, largest)
  }
}

/** The fields of a `stat` file that follow the name of the program, which stands in brackets and may hold anything. */
export const statFields = (stat: string): ReadonlyArray<string> => stat.slice(stat.lastIndexOf(")") + 2).split(" ")

/** A file about a process, `self` being this one; empty when it has ended, or on systems that have no such files. */
export const readProcess = (pid: number | "self", file: string): string => {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8")
  } catch {
    return ""
  }
}

/** Bytes of memory that a process has now, without those that it started; 0 when unknown. */
export const residentMemory = (pid: number): number => bytesOf("VmRSS", readProcess(pid, "status"))

const bytesOf = (name: string, status: string): number => {
  const start = status.indexOf(`${name}:`)
  return start < 0 ? 0 : Number.parseInt(status.slice(start + name.length + 1), 10) * 1024
}
