/** Syncs of folders, each shared by all who need it at the same moment. */
import { syncFolder } from "./durable.ts"
import { SharedSync } from "./SharedSync.ts"

export class FolderSyncs {
  private readonly folders = new Map<string, SharedSync>()

  /** Makes the names that a folder has by now survive a power failure. */
  sync(folder: string): Promise<void> {
    const known = this.folders.get(folder)
    if (known !== undefined) return known.ask()
    const sync = new SharedSync(() => syncFolder(folder))
    this.folders.set(folder, sync)
    return sync.ask()
  }
}
