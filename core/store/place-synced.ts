/** Files that are whole or absent, for code that neither waits for promises nor loads Effect; see `durable.ts` for all other. */
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from "node:fs"
import { dirname } from "node:path"
import { reach } from "../fault/hooks.ts"
import { mustSync } from "./durability.ts"
import { temporaryName } from "./temporary-name.ts"

/** Puts a file in place, replacing what was there; it is durable when this returns. Throws what the disk throws. */
export const placeSynced = (target: string, text: string): void => {
  const temporary = temporaryName(target)
  try {
    writeSynced(temporary, [Buffer.from(text)])
    renameSync(temporary, target)
    reach("file.placed")
  } catch (cause) {
    rmSync(temporary, { force: true })
    throw cause
  }
  syncPath(dirname(target), fsyncSync)
}

/** Writes a new file piece by piece; with `isSynced` its bytes are durable when this returns, not yet its name. */
export const writeSynced = (file: string, pieces: Iterable<Uint8Array>, isSynced = mustSync()): void => {
  const descriptor = openSync(file, "wx")
  try {
    for (const piece of pieces) {
      for (let from = 0; from < piece.byteLength; ) from += writeSync(descriptor, piece, from)
    }
    reach("file.written")
    if (isSynced) fsyncSync(descriptor)
    reach("file.synced")
  } finally {
    closeSync(descriptor)
  }
}

/** Has the disk take what happened to a file, or in a folder. */
export const syncPath = (path: string, how: (descriptor: number) => void): void => {
  // Windows cannot open a folder; its file system journals names by itself.
  if (process.platform === "win32" || !mustSync()) return
  const descriptor = openSync(path, "r")
  try {
    how(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
