/** Something that makes durable what is there when it begins, shared by all who need it at the same moment. */
export class SharedSync {
  private readonly run: () => Promise<void>
  private running: Promise<void> | undefined
  private queued: Promise<void> | undefined

  constructor(run: () => Promise<void>) {
    this.run = run
  }

  /** Done when a sync that began after this was called has ended, as it did: one under way may have missed the latest. */
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
    this.running = this.run().finally(() => {
      this.running = undefined
    })
    return this.running
  }
}
