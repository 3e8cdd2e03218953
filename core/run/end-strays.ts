/** Ends processes that have left the group of their command, as daemons do; Linux tells which environment they began with. */
import { readdirSync, readFileSync } from "node:fs"

/** Looks for strays, for one may start another while it is looked for. */
const MOST_ROUNDS = 5

/** Processes that are asked one by one; of more the system is asked which there are. */
const FEW = 64

/**
 * Ends, with SIGKILL, every process that began with this entry in its environment, as `NAME=value`. Those that have given
 * themselves another environment, or belong to another user, are not found; elsewhere than on Linux none is.
 *
 * `parent` is the process that they descend from: only younger ones are looked at, few where a command was brief.
 */
export const endStrays = (entry: string, parent?: number): void => {
  // The bytes of the entry, one character each, as those of the environments are read.
  const sought = Buffer.from(entry).toString("latin1")
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const candidates = parent === undefined ? processIds() : youngerThan(parent)
    const strays = candidates.filter((pid) => beganWith(pid, sought))
    if (strays.length === 0) return
    for (const pid of strays) kill(pid)
  }
}

const processIds = (): ReadonlyArray<number> => {
  try {
    return readdirSync("/proc").flatMap((name) => (/^\d+$/u.test(name) ? [Number(name)] : []))
  } catch {
    // There is no such folder on this system.
    return []
  }
}

/** Processes that began after another: their numbers go up, and begin anew where they have come to the end. */
const youngerThan = (pid: number): ReadonlyArray<number> => {
  const last = latestProcess()
  if (last === undefined) return processIds()
  if (last < pid) return processIds().filter((other) => other > pid || other <= last)
  if (last - pid > FEW) return processIds().filter((other) => other > pid)
  return Array.from({ length: last - pid }, (_, index) => pid + 1 + index)
}

/** The number that the system gave last; `undefined` where it does not tell. */
const latestProcess = (): number | undefined => {
  try {
    const last = Number(readFileSync("/proc/loadavg", "latin1").trim().split(" ").at(-1))
    return Number.isInteger(last) ? last : undefined
  } catch {
    return undefined
  }
}

const beganWith = (pid: number, entry: string): boolean => {
  try {
    return `\0${readFileSync(`/proc/${pid}/environ`, "latin1")}`.includes(`\0${entry}\0`)
  } catch {
    // It has ended, or is somebody else's.
    return false
  }
}

const kill = (pid: number): void => {
  try {
    process.kill(pid, "SIGKILL")
  } catch {
    // It has ended by itself.
  }
}
