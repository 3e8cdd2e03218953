/**
 * Folders of commands that are over, until they are removed.
 *
 * File systems are slow to make files where others were removed a moment ago: ext4 gives no number of a file away that
 * became free within minutes, and looks at each of these whenever it seeks one. So the folders wait for the end, unless
 * the disk fills.
 */
import { type StatsFs, statfsSync } from "node:fs"
import { dirname } from "node:path"

/** What is left on a disk. */
export interface FreeSpace {
  readonly bytes: number
  /** Files and folders that can still be made. */
  readonly files: number
}

/** Bytes by which the disk may fill before folders are removed; of a small disk a tenth of what was free. */
const MOST_FILLED = 2 ** 30

/** Folders after which the disk is looked at. */
const INTERVAL = 32

export class DoomedFolders {
  private readonly remove: (folders: ReadonlyArray<string>) => void
  private readonly freeIn: (folder: string) => FreeSpace | undefined
  private folders: Array<string> = []
  private before: FreeSpace | undefined

  /** `remove` is given the folders; `freeIn` tells what is left on the disk of a folder, nothing where nobody knows. */
  constructor(remove: (folders: ReadonlyArray<string>) => void, freeIn = freeSpace) {
    this.remove = remove
    this.freeIn = freeIn
  }

  add(folder: string): void {
    this.folders.push(folder)
    this.before ??= this.freeIn(dirname(folder))
    if (this.folders.length % INTERVAL === 0 && this.isFilling(this.freeIn(dirname(folder)))) this.empty()
  }

  /** Removes all that wait. */
  empty(): void {
    if (this.folders.length > 0) this.remove(this.folders)
    this.folders = []
    this.before = undefined
  }

  private isFilling(now: FreeSpace | undefined): boolean {
    const { before } = this
    // Where nobody tells, the disk may be full as well.
    if (before === undefined || now === undefined) return true
    return before.bytes - now.bytes > Math.min(MOST_FILLED, before.bytes / 10) || now.files < before.files / 2
  }
}

const freeSpace = (folder: string): FreeSpace | undefined => {
  try {
    const { bavail, bsize, ffree, files }: StatsFs = statfsSync(folder)
    // Some file systems do not count files.
    return { bytes: bavail * bsize, files: files === 0 ? Number.POSITIVE_INFINITY : ffree }
  } catch {
    return undefined
  }
}
