/** Locks between processes that vanish with their holder. */
import { Effect, type Scope } from "effect"
import { awaitOthers, sayWaiting } from "./await-others.ts"
import { attemptSync } from "./durable.ts"
import { tryLock } from "./kernel-lock.ts"
import type { StoreUnavailable } from "./StoreError.ts"

/**
 * Holds the lock file at a path until the scope closes; waits while another process or scope holds it, and says after a
 * while for what: `holder`, in the words of a person.
 *
 * Node cannot lock files. SQLite can, by the kernel's own record locks, which end when their process does, also by
 * kill -9. The file stays when the lock is released: removing it would let two holders lock two files of one name.
 */
export const acquireLock = (
  path: string,
  holder = "another process"
): Effect.Effect<void, StoreUnavailable, Scope.Scope> => {
  const held = awaitOthers(
    attemptSync("lock", path, () => tryLock(path)),
    sayWaiting(holder)
  )
  return Effect.asVoid(Effect.acquireRelease(Effect.interruptible(held), (lock) => Effect.sync(() => lock.close())))
}
