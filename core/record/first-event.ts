/** How a journal begins: who started what, without the rest of what happened. */
import { closeSync, existsSync, openSync, readSync } from "node:fs"
import * as Journal from "./Journal.ts"
import type { JournalEvent } from "./JournalEvent.ts"

/** The first event of a journal; `undefined` where there is none. Throws what the disk throws. */
export const firstEvent = (journal: string): JournalEvent | undefined => {
  if (!existsSync(journal)) return undefined
  return Journal.read(firstLine(journal)).entries[0]?.event
}

/** Bytes that are read at once: most first lines are shorter. */
const CHUNK = 4096

/** Bytes of a file up to the end of its first line; journals can be large. */
const firstLine = (file: string): Buffer => {
  const descriptor = openSync(file, "r")
  try {
    const chunks: Array<Buffer> = []
    for (;;) {
      const chunk = Buffer.alloc(CHUNK)
      const length = readSync(descriptor, chunk)
      const end = chunk.subarray(0, length).indexOf("\n")
      chunks.push(chunk.subarray(0, end < 0 ? length : end + 1))
      if (end >= 0 || length === 0) return Buffer.concat(chunks)
    }
  } finally {
    closeSync(descriptor)
  }
}
