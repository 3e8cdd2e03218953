/** The right to look after the schedules of a store: a lock of the kernel's, which ends with its holder. */
import { statSync } from "node:fs"
import { dirname } from "node:path"
import { Effect, type Scope } from "effect"
import { attempt, attemptSync, makeFolder } from "../store/durable.ts"
import { tryLock } from "../store/kernel-lock.ts"
import { StoreUnavailable } from "../store/StoreError.ts"

/** Milliseconds between two attempts to take over: a daemon may wait for months. */
const PATIENCE = 2000

/** Who only looks whether somebody has the lead has it for a moment: as many looks, and milliseconds between them. */
const GLANCES = 3
const GLANCE = 50

export interface Lead {
  /** Throws where somebody has moved or removed the lock: another may have taken it since, under its name. */
  readonly ensure: () => void
}

/**
 * Takes the lead. Where somebody has it: as soon as that one has gone, `onWait` being done once; `undefined` where nobody is to wait.
 */
export const takeLead = Effect.fnUntraced(function* (
  file: string,
  { isPatient, onWait }: { readonly isPatient: boolean; readonly onWait: Effect.Effect<void> }
): Effect.fn.Return<Lead | undefined, StoreUnavailable, Scope.Scope> {
  yield* attempt("create", dirname(file), () => makeFolder(dirname(file)))
  const look = attemptSync("lock", file, () => tryLock(file))
  const wait = Effect.gen(function* () {
    for (let time = 0; time < GLANCES; time++) {
      const lock = yield* look
      if (lock !== undefined) return lock
      yield* Effect.sleep(GLANCE)
    }
    if (!isPatient) return undefined
    yield* onWait
    for (;;) {
      yield* Effect.sleep(PATIENCE)
      const lock = yield* look
      if (lock !== undefined) return lock
    }
  })
  const lock = yield* Effect.acquireRelease(Effect.interruptible(wait), (held) => Effect.sync(() => held?.close()))
  if (lock === undefined) return undefined
  const inode = inodeOf(file)
  return {
    ensure: () => {
      if (inodeOf(file) !== inode) throw new StoreUnavailable({ operation: "go on in", path: file, cause: LOST })
    }
  }
})

const LOST = new Error("somebody has moved the store or removed its locks: another process may serve its schedules")

const inodeOf = (file: string): number | undefined => statSync(file, { throwIfNoEntry: false })?.ino

/** Whether somebody has the lead. */
export const isLed = (file: string): boolean => {
  if (inodeOf(file) === undefined) return false
  const lock = tryLock(file)
  lock?.close()
  return lock === undefined
}
