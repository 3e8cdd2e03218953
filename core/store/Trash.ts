/**
 * What collections have taken out of the store and not removed yet: `trash/<collection>/`, with objects by their digests.
 *
 * Somebody may have looked at an object just before it was moved, and rely on it. So whoever misses one looks here, and puts
 * it back. Plain, for look-ups; throws what the disk throws.
 */
import { existsSync, mkdirSync, readFileSync, renameSync } from "node:fs"
import { basename, dirname, join } from "node:path"
import { isGuarded } from "../fault/hooks.ts"
import type { Digest } from "./Digest.ts"
import { isMissing } from "./is-missing.ts"
import { foldersIn } from "./list-folder.ts"
import { objectPath } from "./object-path.ts"

/** The folders in which objects lie and lay. */
interface Places {
  readonly objects: string
  readonly trash: string
}

/** The collections that have left something, the oldest first. Each has a folder; a file there is somebody else's. */
export const collectionsIn = (trash: string): ReadonlyArray<string> => foldersIn(trash).toSorted()

/** Puts an object back that is missed, and says where it lies then; where nothing can be moved it stays in the trash. */
export const recover = ({ objects, trash }: Places, digest: Digest): string | undefined => {
  if (!isGuarded("search-trash")) return undefined
  const target = objectPath(objects, digest)
  for (const collection of collectionsIn(trash)) {
    const lying = join(trash, collection, digest)
    if (!existsSync(lying)) continue
    try {
      mkdirSync(dirname(target), { recursive: true })
      renameSync(lying, target)
    } catch {
      // Another process was faster, or this one may only read.
      if (existsSync(lying)) return lying
    }
  }
  return existsSync(target) ? target : undefined
}

/** The bytes of an object by its path, wherever it has been moved since that was found out. Moves nothing itself. */
export const readObject = (file: string): Buffer => {
  try {
    return readFileSync(file)
  } catch (cause) {
    const lying = isMissing(cause) && isGuarded("search-trash") ? lyingOf(file) : undefined
    if (lying === undefined) throw cause
    return readFileSync(lying)
  }
}

/** Where an object lies that is not at its path; back there when somebody has put it back meanwhile. */
const lyingOf = (file: string): string | undefined => {
  const folder = dirname(file)
  const digest = `${basename(folder)}${basename(file)}`
  const trash = join(dirname(dirname(folder)), "trash")
  const found = collectionsIn(trash).map((collection) => join(trash, collection, digest))
  return [...found, file].find((path) => existsSync(path))
}
