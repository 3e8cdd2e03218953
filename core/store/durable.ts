/** Files that are whole or absent, whatever instant the process dies at, and there when the power comes back. */
import { constants } from "node:fs"
import { chmod, copyFile, type FileHandle, mkdir, open, rename, rm, stat } from "node:fs/promises"
import { dirname, resolve } from "node:path"
import { Effect } from "effect"
import { isGuarded, reach } from "../fault/hooks.ts"
import { mustSync } from "./durability.ts"
import { StoreUnavailable } from "./StoreError.ts"
import { temporaryName } from "./temporary-name.ts"

/** What a file is made of: bytes, or another file that may be larger than memory. */
export type Content = Uint8Array | string | { readonly file: string }

/** Writes a file under a temporary name beside its target and syncs it; the name that it has for now. */
export const writeTemporary = async (target: string, content: Content, mode: number): Promise<string> => {
  const temporary = isGuarded("temporary-name") ? temporaryName(target) : target
  try {
    const file = await begin(temporary, content, mode)
    try {
      reach("file.written")
      if (mustSync()) await file.sync()
      reach("file.synced")
    } finally {
      await file.close()
    }
  } catch (cause) {
    // While what was written is still there: it says how much room there is.
    const failure = new StoreUnavailable({ operation: "write", path: target, cause })
    await discard(temporary)
    throw failure
  }
  return temporary
}

/** A file with its content, open. */
const begin = async (path: string, content: Content, mode: number): Promise<FileHandle> => {
  if (typeof content === "string" || content instanceof Uint8Array) {
    const file = await open(path, isGuarded("temporary-name") ? "wx" : "w", mode)
    reach("file.begun")
    return closedOnFailure(file, () => file.writeFile(content))
  }
  // The system copies it, and may share its blocks; the rights of what is copied mean nothing here.
  await copyFile(content.file, path, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE)
  await chmod(path, 0o600)
  const file = await open(path, "r+")
  return closedOnFailure(file, () => file.chmod(mode))
}

const closedOnFailure = async (file: FileHandle, run: () => Promise<void>): Promise<FileHandle> => {
  try {
    await run()
    return file
  } catch (cause) {
    await file.close()
    throw cause
  }
}

/** Removes what has not come to its name. */
export const discard = async (temporary: string): Promise<void> => {
  if (isGuarded("remove-partial")) await rm(temporary, { force: true })
}

/** Gives a file that was written under a temporary name its own, replacing what was there. The caller syncs the folder. */
export const giveName = async (temporary: string, target: string): Promise<void> => {
  try {
    await rename(temporary, target)
    reach("file.placed")
  } catch (cause) {
    await discard(temporary)
    throw cause
  }
}

/** Makes what happened in a folder (names added, replaced, removed) survive a power failure. */
export const syncFolder = async (folder: string): Promise<void> => {
  // Windows cannot open a folder; its file system journals names by itself.
  if (process.platform === "win32" || !mustSync()) return
  const handle = await open(folder, "r")
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Makes a folder with those above it, which survive a power failure. */
export const makeFolder = async (folder: string): Promise<void> => {
  // Each new name stands in the folder above it.
  for (const made of await makeMissing(resolve(folder))) await syncFolder(dirname(made))
}

/** Makes a folder, and says which of those on the way were made. One by one: Node's own way never ends below `/proc`. */
const makeMissing = async (folder: string): Promise<ReadonlyArray<string>> => {
  const make = async (): Promise<boolean> => {
    try {
      await mkdir(folder)
      return true
    } catch (cause) {
      const there = await stat(folder).catch(() => undefined)
      if (there?.isDirectory() === true) return false
      throw cause
    }
  }
  try {
    return (await make()) ? [folder] : []
  } catch (cause) {
    if (!(cause instanceof Error && "code" in cause && cause.code === "ENOENT")) throw cause
  }
  const above = await makeMissing(dirname(folder))
  return (await make()) ? [folder, ...above] : above
}

/** Puts a file in place, replacing what was there. The caller syncs the folder. */
export const placeFile = async (target: string, content: Content, mode = 0o644): Promise<void> =>
  giveName(await writeTemporary(target, content, mode), target)

/** Puts one file in place and makes it durable; folders above it are made as needed. */
export const writeDurably = (target: string, bytes: Uint8Array | string): Effect.Effect<void, StoreUnavailable> =>
  attempt("write", target, async () => {
    await makeFolder(dirname(target))
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
