/** Locks between processes that vanish with their holder. */
import { Effect, type Scope } from "effect"
import { attemptSync } from "./durable.ts"
import { tryLock } from "./kernel-lock.ts"
import type { StoreUnavailable } from "./StoreError.ts"

/** Milliseconds between two tries for a lock that another process holds. */
const INTERVAL = 50

/**
 * Holds the lock file at a path until the scope closes; waits while another process or scope holds it.
 *
 * Node cannot lock files. SQLite can, by the kernel's own record locks, which end when their process does, also by
 * kill -9. The file stays when the lock is released: removing it would let two holders lock two files of one name.
 */
export const acquireLock = (path: string): Effect.Effect<void, StoreUnavailable, Scope.Scope> =>
  Effect.asVoid(Effect.acquireRelease(Effect.interruptible(waitFor(path)), (held) => Effect.sync(() => held.close())))

const waitFor = Effect.fnUntraced(function* (path: string) {
  for (;;) {
    const held = yield* attemptSync("lock", path, () => tryLock(path))
    if (held !== undefined) return held
    yield* Effect.sleep(INTERVAL)
  }
})
