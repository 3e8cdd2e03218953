/** Removes the folders of commands that nobody will miss. */
import { readdirSync, rmSync, statSync } from "node:fs"
import { join } from "node:path"
import { isHeld } from "../store/Lease.ts"
import type { StoreRootShape } from "../store/StoreRoot.ts"
import { isMark, isMarked, SecretMark } from "./SecretMark.ts"
import { holderOf } from "./WorkingFolder.ts"

/** Milliseconds for which the folder of a failed attempt is kept. */
const KEPT = 7 * 24 * 60 * 60 * 1000

type Places = Pick<StoreRootShape, "work" | "locks">

/**
 * Removes folders of failed attempts, and of runs that died, that nobody has looked at for a week; those in which a run that
 * died has left secrets, whatever their age. What cannot be removed is left to the next one that comes.
 */
export const sweepWorkingFolders = ({ work, locks }: Places, now: number): void => {
  for (const name of namesIn(work)) {
    try {
      if (isMark(name)) sweepMarked(join(work, name))
      else sweepForgotten(join(work, name), locks, now)
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

const sweepForgotten = (folder: string, locks: string, now: number): void => {
  const { mtimeMs } = statSync(folder, { throwIfNoEntry: false }) ?? { mtimeMs: now }
  if (now - mtimeMs <= KEPT || isHeld(locks, holderOf(folder)) || isMarked(folder)) return
  rmSync(folder, { recursive: true, force: true })
}
