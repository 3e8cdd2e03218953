/** Ends processes that have left the group of their command, as daemons do; Linux tells which environment they began with. */
import { readdirSync, readFileSync } from "node:fs"

/** Looks for strays, for one may start another while it is looked for. */
const MOST_ROUNDS = 5

/**
 * Ends, with SIGKILL, every process that began with this entry in its environment, as `NAME=value`. Those that have given
 * themselves another environment, or belong to another user, are not found; elsewhere than on Linux none is.
 */
export const endStrays = (entry: string): void => {
  // The bytes of the entry, one character each, as those of the environments are read.
  const sought = Buffer.from(entry).toString("latin1")
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const strays = processIds().filter((pid) => beganWith(pid, sought))
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
