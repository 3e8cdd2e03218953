/** Removes the folders of commands that nobody will miss. */
import { readdirSync, rmSync, statSync } from "node:fs"
import { join } from "node:path"
import { isMark, isMarked, SecretMark } from "./SecretMark.ts"

/** Milliseconds for which the folder of a failed attempt is kept. */
const KEPT = 7 * 24 * 60 * 60 * 1000

/**
 * Removes folders of failed attempts, and of runs that died, that nobody has looked at for a week; those in which a run that
 * died has left secrets, whatever their age. What cannot be removed is left to the next one that comes.
 */
export const sweepWorkingFolders = (parent: string, now: number): void => {
  for (const name of namesIn(parent)) {
    try {
      if (isMark(name)) sweepMarked(join(parent, name))
      else sweepForgotten(join(parent, name), now)
    } catch {
      // It is somebody else's, or still written to.
    }
  }
}

const namesIn = (folder: string): ReadonlyArray<string> => {
  try {
    return readdirSync(folder)
  } catch {
    // Made with the first command.
    return []
  }
}

const sweepMarked = (file: string): void => {
  const mark = SecretMark.inherited(file)
  if (mark === undefined) return
  mark.sweep()
  mark.release()
}

const sweepForgotten = (folder: string, now: number): void => {
  const { mtimeMs } = statSync(folder, { throwIfNoEntry: false }) ?? { mtimeMs: now }
  if (now - mtimeMs <= KEPT || isAlive(Number(folder.split(".").at(-2))) || isMarked(folder)) return
  rmSync(folder, { recursive: true, force: true })
}

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
