/** Looks for secrets in a file, of any size: a part of it is in memory at a time. */
import { closeSync, openSync, readSync } from "node:fs"
import type { Redaction } from "./Redaction.ts"

/** Bytes that are read at a time. */
const PART = 2 ** 20

/** The name of a secret whose value is in a file. Throws where that cannot be read. */
export const secretInFile = (file: string, redaction: Redaction): string | undefined => {
  if (redaction.reach === 0) return undefined
  const descriptor = openSync(file, "r")
  try {
    return secretIn(descriptor, redaction)
  } finally {
    closeSync(descriptor)
  }
}

const secretIn = (descriptor: number, redaction: Redaction): string | undefined => {
  const buffer = Buffer.allocUnsafe(PART + redaction.reachInBytes)
  // What the part before ended with may be the beginning of a secret.
  let kept = 0
  for (;;) {
    const read = readSync(descriptor, buffer, kept, PART, null)
    if (read === 0) return undefined
    const end = kept + read
    const found = redaction.foundIn(buffer.subarray(0, end))
    if (found !== undefined) return found
    kept = Math.min(end, redaction.reachInBytes)
    buffer.copyWithin(0, end - kept, end)
  }
}
