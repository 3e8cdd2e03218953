/** All that something was made from besides the words of a command, as it was: what is remembered of it holds while it is so. */
import { resolve } from "node:path"
import { type FileLook, isSettled, lookAt, looksSame } from "../document/file-look.ts"
import type { Reads } from "../document/Reads.ts"

/** The look of a file by its path, in full: what a list of thousands takes the least room for. A file that was not there has none. */
type Looked =
  | readonly [path: string, size: number, modified: string, changed: string, inode: string]
  | readonly [string]

export interface Watched {
  /** Nanoseconds since 1970, as text: before the first of the files was looked at. */
  readonly takenAt: string
  readonly files: ReadonlyArray<Looked>
  /** Variables of the environment; `null` for one that was not set. */
  readonly environment: { readonly [name: string]: string | null }
}

/** What was read, in a form that can be kept; a file may be left out whose content is known in another way. */
export const watched = (reads: Reads, besides?: string): Watched => ({
  takenAt: String(reads.takenAt),
  files: [...reads.files].flatMap(([path, look]) =>
    besides !== undefined && path === resolve(besides) ? [] : [looked(path, look)]
  ),
  environment: Object.fromEntries(Array.from(reads.environment, ([name, value]) => [name, value ?? null]))
})

const looked = (path: string, look: FileLook | undefined): Looked =>
  look === undefined ? [path] : [path, look.size, look.modified, look.changed, look.inode]

/** Whether all is as it was, without reading a file. Throws what the disk throws. */
export const isAsItWas = ({ takenAt, files, environment }: Watched, now: NodeJS.ProcessEnv): boolean => {
  const taken = BigInt(takenAt)
  return (
    Object.entries(environment).every(([name, value]) => (now[name] ?? null) === value) &&
    files.every((file) => isUnchanged(file, taken))
  )
}

const isUnchanged = (file: Looked, taken: bigint): boolean => {
  const now = lookAt(file[0])
  const then = lookOf(file)
  if (now === undefined || then === undefined) return now === then
  return looksSame(now, then) && isSettled(now, taken)
}

const lookOf = ([, size, modified, changed, inode]: Looked): FileLook | undefined =>
  size === undefined || modified === undefined || changed === undefined || inode === undefined
    ? undefined
    : { size, modified, changed, inode }

/** Notes what is as it was for whoever goes on from it. */
export const noteAgain = ({ files, environment }: Watched, reads: Reads, now: NodeJS.ProcessEnv): void => {
  for (const file of files) reads.look(file[0], lookOf(file))
  for (const name of Object.keys(environment)) reads.variable(name, now)
}
