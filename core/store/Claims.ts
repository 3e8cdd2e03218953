/** Which process computes which key, so that others wait for its result. A claim is void when its holder is gone. */
import { mkdirSync, rmSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import type { Digest } from "./Digest.ts"
import { isHeld, Lease, leasesIn } from "./Lease.ts"

const FILES = ["claims.sqlite", "claims.sqlite-journal"] as const

/** Milliseconds that a key which is done with is still claimed, if nothing else is claimed meanwhile. */
const LINGER = 20

interface Request {
  readonly key: Digest
  readonly answer: (isGranted: boolean) => void
  readonly fail: (cause: unknown) => void
}

/**
 * The claims of a store, as one holder.
 *
 * A claim is a row in a small database; its holder has a lease for as long as it lives. Who meets a claim without one knows
 * that the holder is dead, and clears its rows. What is claimed and released in one turn of the loop shares a transaction.
 * Nothing is synced to the disk: a machine that lost its power has no holders.
 */
export class Claims {
  /** False while it is certain that no other process has claimed or released a key since `watch`. */
  othersActed = true
  readonly folder: string
  private readonly given: Lease | undefined
  private own: Lease | undefined
  private opened: ReturnType<typeof openTable> | undefined
  private requests: Array<Request> = []
  private released: Array<Digest> = []
  private turn: NodeJS.Immediate | undefined
  private timer: NodeJS.Timeout | undefined
  private version: unknown

  /** The holder is that of the lease; without one it takes its own when it first claims a key. */
  constructor(folder: string, lease?: Lease) {
    this.folder = folder
    this.given = lease
  }

  /** From now on it is seen whether others act. */
  watch(): void {
    this.version = this.table().dataVersion.get()?.["data_version"]
    this.othersActed = false
  }

  /** Asks for a key, which is not granted while another has it, in this process or elsewhere. */
  ask(key: Digest): Promise<boolean> {
    return new Promise((answer, fail) => {
      this.requests.push({ key, answer, fail })
      this.turn ??= setImmediate(() => this.takeTurn())
    })
  }

  release(key: Digest): void {
    this.released.push(key)
    this.timer ??= setTimeout(() => this.takeTurn(), LINGER).unref()
  }

  /** Waits ten seconds for others to be done with the database, at most; does not throw. */
  close(): void {
    clearImmediate(this.turn)
    clearTimeout(this.timer)
    try {
      this.opened?.clear.run(this.holder)
    } catch {
      // Who meets a claim that is left sees that its holder is gone.
    } finally {
      this.opened?.db.close()
      this.own?.end()
      this.opened = undefined
      this.own = undefined
    }
  }

  /** Releases and claims what has come together since the last turn. */
  private takeTurn(): void {
    clearImmediate(this.turn)
    clearTimeout(this.timer)
    this.turn = undefined
    this.timer = undefined
    const { requests, released } = this
    this.requests = []
    this.released = []
    try {
      const granted = this.transact(requests, released)
      for (const [index, { answer }] of requests.entries()) answer(granted[index] === true)
    } catch (cause) {
      this.released = [...released, ...this.released]
      const reason = this.reasonOf(cause)
      for (const { fail } of requests) fail(reason)
    }
  }

  /** Where the folder has been taken away, that is what is wrong, and no matter of the database. */
  private reasonOf(cause: unknown): unknown {
    try {
      this.given?.ensure()
      return cause
    } catch (lost) {
      return lost
    }
  }

  private transact(requests: ReadonlyArray<Request>, released: ReadonlyArray<Digest>): ReadonlyArray<boolean> {
    const { db, remove, dataVersion } = this.table()
    db.exec("BEGIN IMMEDIATE")
    try {
      this.othersActed ||= dataVersion.get()?.["data_version"] !== this.version
      for (const key of released) remove.run(key, this.holder)
      const granted = requests.map(({ key }) => this.claim(key))
      db.exec("COMMIT")
      return granted
    } catch (cause) {
      if (db.isTransaction) db.exec("ROLLBACK")
      throw cause
    }
  }

  private claim(key: Digest): boolean {
    const { insert, holderOf, clear } = this.table()
    for (;;) {
      if (insert.run(key, this.holder).changes === 1) return true
      const holder = String(holderOf.get(key)?.["holder"])
      if (holder === this.holder || isHeld(this.folder, holder)) return false
      // Whoever died while it held a key may have made what it held.
      this.othersActed = true
      clear.run(holder)
    }
  }

  private get holder(): string {
    if (this.given !== undefined) return this.given.id
    this.own ??= Lease.take(this.folder)
    return this.own.id
  }

  private table(): ReturnType<typeof openTable> {
    if (this.opened !== undefined) return this.opened
    mkdirSync(this.folder, { recursive: true })
    this.opened = openOrRenew(this.folder)
    this.sweep(this.opened)
    return this.opened
  }

  /** Clears what holders left behind that were killed. */
  private sweep({ clear }: ReturnType<typeof openTable>): void {
    for (const holder of leasesIn(this.folder)) {
      if (holder !== this.holder && !isHeld(this.folder, holder)) clear.run(holder)
    }
  }
}

/** What a power failure left behind need not be readable: nobody who wrote it is alive. */
const openOrRenew = (folder: string): ReturnType<typeof openTable> => {
  try {
    return openTable(folder)
  } catch (cause) {
    if (!(cause instanceof Error && /malformed|not a database/iu.test(cause.message))) throw cause
    for (const file of FILES) rmSync(join(folder, file), { force: true })
    return openTable(folder)
  }
}

const openTable = (folder: string) => {
  const db = new DatabaseSync(join(folder, FILES[0]), { timeout: 10_000 })
  try {
    // A journal that is a file survives the death of a process in the middle of a write, also where memory is not shared.
    db.exec(`
      PRAGMA journal_mode = PERSIST; PRAGMA synchronous = OFF;
      CREATE TABLE IF NOT EXISTS claim (key TEXT PRIMARY KEY, holder TEXT NOT NULL) WITHOUT ROWID, STRICT;
    `)
    return {
      db,
      insert: db.prepare("INSERT INTO claim VALUES (?, ?) ON CONFLICT DO NOTHING"),
      holderOf: db.prepare("SELECT holder FROM claim WHERE key = ?"),
      remove: db.prepare("DELETE FROM claim WHERE key = ? AND holder = ?"),
      clear: db.prepare("DELETE FROM claim WHERE holder = ?"),
      /** Differs from before when another connection has changed the database. */
      dataVersion: db.prepare("PRAGMA data_version")
    }
  } catch (cause) {
    db.close()
    throw cause
  }
}
