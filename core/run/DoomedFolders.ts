/**
 * Folders of commands that are over, until they are removed.
 *
 * File systems may be slow to make files where others were removed a moment ago: ext4 without a journal gives no number of
 * a file away that became free within minutes, and looks at each of these whenever it seeks one. So the folders wait for
 * the end, unless the disk fills.
 */
import { dirname } from "node:path"
import { type FreeSpace, freeSpace } from "../store/free-space.ts"

/** What of the room on a disk may run out. */
export type LeftSpace = Pick<FreeSpace, "bytes" | "files">

/** Bytes by which the disk may fill before folders are removed; of a small disk a tenth of what was free. */
const MOST_FILLED = 2 ** 30

export class DoomedFolders {
  private readonly remove: (folders: ReadonlyArray<string>) => Promise<void>
  private readonly freeIn: (folder: string) => LeftSpace | undefined
  private folders: Array<string> = []
  /** What was left when the most was, since folders were last removed. */
  private before: LeftSpace | undefined
  private removing = Promise.resolve()

  /**
   * `remove` is given the folders, and done when they are gone; `freeIn` tells what is left on the disk of a folder, nothing
   * where nobody knows.
   */
  constructor(
    remove: (folders: ReadonlyArray<string>) => Promise<void>,
    freeIn: (folder: string) => LeftSpace | undefined = freeSpace
  ) {
    this.remove = remove
    this.freeIn = freeIn
  }

  /** Looks at the disk on which the first folder lies before its command fills it. */
  expect(folder: string): void {
    this.before ??= this.freeIn(dirname(folder))
  }

  add(folder: string): void {
    this.folders.push(folder)
    const now = this.freeIn(dirname(folder))
    if (now !== undefined && now.bytes > (this.before?.bytes ?? -1)) this.before = now
    if (this.isFilling(now)) void this.empty()
  }

  /** Removes all that wait. Done when they are gone, and those that were being removed. */
  empty(): Promise<void> {
    const folders = this.folders
    const [first] = folders
    if (first === undefined) return this.removing
    this.folders = []
    const look = (): void => {
      this.before = this.freeIn(dirname(first))
    }
    // What the disk gains only in a while does not count as filled by those that come meanwhile.
    look()
    this.removing = Promise.all([this.removing, this.remove(folders)]).then(look)
    return this.removing
  }

  private isFilling(now: LeftSpace | undefined): boolean {
    const { before } = this
    // Where nobody tells, the disk may be full as well.
    if (before === undefined || now === undefined) return true
    return before.bytes - now.bytes > Math.min(MOST_FILLED, before.bytes / 10) || now.files < before.files / 2
  }
}
