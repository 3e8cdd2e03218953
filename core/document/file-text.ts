/** The text of a file that a person has written, and why there is none. */
import { isUtf8 } from "node:buffer"
import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs"
import { Result } from "effect"
import { isGuarded } from "../fault/hooks.ts"
import { MAX_TEXT } from "./parse-yaml.ts"
import { whyUnreadable } from "./why-unreadable.ts"

/** No character takes more than four bytes. */
const MAX_BYTES = 4 * MAX_TEXT

/**
 * Reads a file, or says in a few words why it cannot. It is looked at first: a pipe would hold whoever reads it, a device
 * never ends, and what is too large would fill the memory.
 *
 * A byte that is no UTF-8 becomes half a character, U+DC80 and up, which no text can hold: who reads the text finds its place.
 */
export const fileText = (path: string): Result.Result<string, string> =>
  Result.try({ try: () => readText(path), catch: whyUnreadable })

const readText = (path: string): string => {
  // A pipe that nobody writes to is opened all the same.
  const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  try {
    const found = fstatSync(file)
    if (isGuarded("look-before-reading")) {
      if (found.isDirectory()) throw new Error("it is a folder, not a file")
      if (!found.isFile()) throw new Error("it is no file, but a pipe or a device")
      if (found.size > MAX_BYTES) throw new Error(`it is larger than ${MAX_BYTES / 1e6} MB`)
    }
    const bytes = readFileSync(file)
    return isUtf8(bytes) ? bytes.toString("utf8") : escaped(bytes)
  } finally {
    closeSync(file)
  }
}

/** The bytes as text, the first that is no UTF-8 as half a character, and those after it as well as may be. */
const escaped = (bytes: Uint8Array): string => {
  const at = firstWrong(bytes)
  const half = String.fromCharCode(0xdc00 + (bytes[at] ?? 0))
  return `${decoded(bytes.subarray(0, at))}${half}${decoded(bytes.subarray(at + 1))}`
}

const decoded = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("utf8")

/** Bytes that are looked at together. */
const CHUNK = 4096

/** Where the first byte stands that belongs to no character. */
const firstWrong = (bytes: Uint8Array): number => {
  const decoder = new TextDecoder("utf-8", { fatal: true })
  let at = 0
  try {
    for (; at < bytes.length; at += CHUNK) decoder.decode(bytes.subarray(at, at + CHUNK), { stream: true })
  } catch {
    // It lies in this chunk, or in a character that began in the one before.
  }
  at = Math.max(0, Math.min(at, bytes.length) - 4)
  while (at > 0 && ((bytes[at] ?? 0) & 0xc0) === 0x80) at--
  for (;;) {
    const length = [1, 2, 3, 4].find((size) => isUtf8(bytes.subarray(at, at + size)) && at + size <= bytes.length)
    if (length === undefined) return at
    at += length
  }
}
