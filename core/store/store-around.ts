/** Stores by their look: what lies in one changes with every run, and is nobody's to write. */
import { existsSync } from "node:fs"
import { dirname, join, relative, resolve } from "node:path"
import { formatFile } from "./StoreRoot.ts"

/** Whether a folder is a store. */
export const isStore = (folder: string): boolean =>
  existsSync(formatFile(folder)) && existsSync(join(folder, "objects"))

/** The store that a path is, or lies in; `undefined` for all others. */
export const storeAround = (path: string): string | undefined => {
  for (let folder = resolve(path); ; folder = dirname(folder)) {
    if (isStore(folder)) return folder
    if (folder === dirname(folder)) return undefined
  }
}

/** Why nothing of a store can be read by what it stores. */
export const CHANGES = "what lies there changes with every run"

/** What is wrong with a path that lies in a store. */
export const inStore = (store: string): string => `it lies in the store ${relative("", store) || "."}: ${CHANGES}`
