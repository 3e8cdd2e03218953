/** Syncs of folders, each shared by all who need it at the same moment. */
import { syncFolder } from "./durable.ts"

export class FolderSyncs {
  private readonly folders = new Map<string, SharedSync>()

  /** Makes the names that a folder has by now survive a power failure. */
  sync(folder: string): Promise<void> {
    const known = this.folders.get(folder)
    if (known !== undefined) return known.ask()
    const sync = new SharedSync(folder)
    this.folders.set(folder, sync)
    return sync.ask()
  }
}

class SharedSync {
  private readonly folder: string
  private running: Promise<void> | undefined
  private queued: Promise<void> | undefined

  constructor(folder: string) {
    this.folder = folder
  }

  /** Done when a sync that began after this was called has ended, as it did: one under way may have missed the latest name. */
  ask(): Promise<void> {
    if (this.running === undefined) return this.start()
    this.queued ??= this.running
      .catch(() => undefined)
      .then(() => {
        this.queued = undefined
        return this.start()
      })
    return this.queued
  }

  private start(): Promise<void> {
    this.running = syncFolder(this.folder).finally(() => {
      this.running = undefined
    })
    return this.running
  }
}
