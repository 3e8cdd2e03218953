/** Where the bytes of a digest lie, and whether they are there. */
import { statSync } from "node:fs"
import { join } from "node:path"
import { isGuarded } from "../fault/hooks.ts"
import type { Digest } from "./Digest.ts"

/** The file of a digest in a folder of objects. */
export const objectPath = (objects: string, digest: Digest): string =>
  join(objects, digest.slice(0, 2), digest.slice(2))

/** Whether a file has this many bytes. */
export const hasSize = (file: string, bytes: number): boolean =>
  !isGuarded("verify-size") || statSync(file, { throwIfNoEntry: false })?.size === bytes
