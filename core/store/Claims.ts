/** Which process computes which key, so that others wait for its result. A claim is void when its holder is gone. */
import { randomUUID } from "node:crypto"
import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { Effect, type Scope } from "effect"
import type { Digest } from "./Digest.ts"
import { attemptSync } from "./durable.ts"
import { tryLock } from "./kernel-lock.ts"
import type { StoreUnavailable } from "./StoreError.ts"

/** Milliseconds between two tries for a key that another process holds. */
const INTERVAL = 50

const ALIVE = ".alive"

const FILES = ["claims.sqlite", "claims.sqlite-journal"] as const

/**
 * The claims of a store, as one holder.
 *
 * A claim is a row in a small database, which costs microseconds; its holder keeps a lock of the kernel's on a file of its
 * own for as long as it lives. Who meets a claim and gets that lock knows that the holder is dead, and clears its rows.
 * Nothing is synced to the disk: a machine that lost its power has no holders.
 */
export class Claims {
  private readonly folder: string
  private holder = randomUUID()
  private life: DatabaseSync | undefined
  private opened: ReturnType<typeof openTable> | undefined

  constructor(folder: string) {
    this.folder = folder
  }

  /** Claims a key; false while another has it, in this process or elsewhere. */
  claim(key: Digest): boolean {
    const { insert, holderOf, clear } = this.table()
    for (;;) {
      if (insert.run(key, this.holder).changes === 1) return true
      const holder = holderOf.get(key)?.["holder"]
      if (holder === undefined) continue
      if (holder === this.holder || this.isAlive(String(holder))) return false
      clear.run(holder)
    }
  }

  release(key: Digest): void {
    this.table().remove.run(key, this.holder)
  }

  close(): void {
    this.opened?.clear.run(this.holder)
    this.opened?.db.close()
    this.life?.close()
    if (this.life !== undefined) rmSync(this.lifeOf(this.holder), { force: true })
    this.opened = undefined
    this.life = undefined
  }

  /**
   * Takes the lock that shows that this holder lives. Another process that starts in this moment may look into the new file
   * before it is locked, and remove it as a dead one's: then a new name is taken.
   */
  private beginLife(): DatabaseSync {
    for (;;) {
      const life = tryLock(this.lifeOf(this.holder))
      if (life !== undefined && existsSync(this.lifeOf(this.holder))) return life
      life?.close()
      this.holder = randomUUID()
    }
  }

  private lifeOf(holder: string): string {
    return join(this.folder, `${holder}${ALIVE}`)
  }

  /** A holder that got its lock before its first row was written is alive as long as nobody else can have that lock. */
  private isAlive(holder: string): boolean {
    const life = tryLock(this.lifeOf(holder))
    if (life === undefined) return true
    rmSync(this.lifeOf(holder), { force: true })
    life.close()
    return false
  }

  private table(): ReturnType<typeof openTable> {
    if (this.opened !== undefined) return this.opened
    mkdirSync(this.folder, { recursive: true })
    this.life ??= this.beginLife()
    this.opened = openOrRenew(this.folder)
    this.sweep(this.opened)
    return this.opened
  }

  /** Clears what holders left behind that were killed. */
  private sweep({ clear }: ReturnType<typeof openTable>): void {
    for (const name of readdirSync(this.folder)) {
      const holder = name.endsWith(ALIVE) ? name.slice(0, -ALIVE.length) : this.holder
      if (holder !== this.holder && !this.isAlive(holder)) clear.run(holder)
    }
  }
}

/** Holds the claim of a key until the scope closes; waits while another has it. */
export const acquireClaim = (claims: Claims, key: Digest): Effect.Effect<void, StoreUnavailable, Scope.Scope> =>
  Effect.acquireRelease(Effect.interruptible(waitFor(claims, key)), () => Effect.sync(() => claims.release(key)))

const waitFor = Effect.fnUntraced(function* (claims: Claims, key: Digest) {
  while (!(yield* attemptSync("claim a key in", "the store", () => claims.claim(key)))) yield* Effect.sleep(INTERVAL)
})

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
      clear: db.prepare("DELETE FROM claim WHERE holder = ?")
    }
  } catch (cause) {
    db.close()
    throw cause
  }
}
