/** Files that are whole or absent, whatever instant the process dies at. */
import { randomUUID } from "node:crypto"
import { mkdir, open, rename, rm } from "node:fs/promises"
import { basename, dirname, join } from "node:path"
import { Effect } from "effect"
import { isGuarded } from "../fault/hooks.ts"
import { StoreUnavailable } from "./StoreError.ts"

/** Writes a file under a temporary name beside its target and syncs it; the name that it has for now. */
const writeTemporary = async (target: string, bytes: Uint8Array | string, mode: number): Promise<string> => {
  const temporary = join(dirname(target), `.${basename(target).slice(0, 40)}.${randomUUID()}.tmp`)
  try {
    const file = await open(temporary, "wx", mode)
    try {
      await file.writeFile(bytes)
      if (isGuarded("sync")) await file.sync()
    } finally {
      await file.close()
    }
  } catch (cause) {
    await rm(temporary, { force: true })
    throw cause
  }
  return temporary
}

/** Makes what happened in a folder (names added, replaced, removed) survive a power failure. */
export const syncFolder = async (folder: string): Promise<void> => {
  // Windows cannot open a folder; its file system journals names by itself.
  if (process.platform === "win32" || !isGuarded("sync")) return
  const handle = await open(folder, "r")
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Puts a file in place, replacing what was there. The caller syncs the folder. */
export const placeFile = async (target: string, bytes: Uint8Array | string, mode = 0o644): Promise<void> => {
  const temporary = await writeTemporary(target, bytes, mode)
  try {
    await rename(temporary, target)
  } catch (cause) {
    await rm(temporary, { force: true })
    throw cause
  }
}

/** Puts one file in place and makes it durable; folders above it are made as needed. */
export const writeDurably = (target: string, bytes: Uint8Array | string): Effect.Effect<void, StoreUnavailable> =>
  attempt("write", target, async () => {
    await mkdir(dirname(target), { recursive: true })
    await placeFile(target, bytes)
    await syncFolder(dirname(target))
  })

/** Wraps file-system code: what it throws becomes `StoreUnavailable`. */
export const attempt = <A>(
  operation: string,
  path: string,
  run: () => Promise<A>
): Effect.Effect<A, StoreUnavailable> => Effect.tryPromise({ try: run, catch: unavailable(operation, path) })

/** The same for synchronous code. */
export const attemptSync = <A>(operation: string, path: string, run: () => A): Effect.Effect<A, StoreUnavailable> =>
  Effect.try({ try: run, catch: unavailable(operation, path) })

/** What was thrown, as a failure of the store; what is one already says more than this could. */
const unavailable =
  (operation: string, path: string) =>
  (cause: unknown): StoreUnavailable =>
    cause instanceof StoreUnavailable ? cause : new StoreUnavailable({ operation, path, cause })
