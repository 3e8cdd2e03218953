/**
 * Objects that files name: plans their code, memos what they were made of, runs their sources.
 *
 * A file names an object where its digest stands in the text, in whatever field: what an older or newer version writes down in
 * another form keeps what it needs all the same. That a text may look like a digest and be none costs nothing.
 */
import { readFileSync, statSync } from "node:fs"
import type { Digest } from "../store/Digest.ts"
import { unlessMissing } from "../store/is-missing.ts"

const DIGEST = /[0-9a-f]{64}/gu

export class NamedObjects {
  /** By inode: runs that found everything share the plan of the one that computed it. */
  private readonly known = new Map<string, ReadonlySet<Digest>>()

  /** What a file names; nothing where there is no file. Throws what the disk throws. */
  of(file: string): ReadonlySet<Digest> {
    const look = statSync(file, { throwIfNoEntry: false })
    if (look === undefined) return new Set()
    const inode = `${look.dev} ${look.ino}`
    const named = this.known.get(inode) ?? read(file)
    this.known.set(inode, named)
    return named
  }
}

const read = (file: string): ReadonlySet<Digest> => {
  const found = new Set<Digest>()
  for (const [text] of textOf(file).matchAll(DIGEST)) found.add(text as Digest)
  return found
}

/** Memos go while others write theirs. */
const textOf = (file: string): string => {
  try {
    return readFileSync(file, "latin1")
  } catch (cause) {
    return unlessMissing(cause) ?? ""
  }
}
