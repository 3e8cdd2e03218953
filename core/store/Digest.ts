/** Content addresses: the SHA-256 of canonical bytes. */
import { createHash, hash } from "node:crypto"
import { closeSync, createReadStream, fstatSync, openSync, readSync } from "node:fs"
import { pipeline } from "node:stream/promises"
import type { Brand } from "effect"
import type { Json } from "../stage/ArtifactKind.ts"

/** 64 lower-case hexadecimal digits. */
export type Digest = string & Brand.Brand<"Digest">

/** Whether a text is a digest. */
export const isDigest = (text: string): text is Digest => /^[0-9a-f]{64}$/u.test(text)

/** Whether a text can stand for a digest of which it is the start: 8 digits and more. */
export const isDigestStart = (text: string): boolean => /^[0-9a-f]{8,64}$/u.test(text)

const branded = (hex: string): Digest => hex as Digest

/** Digest of raw bytes. */
export const ofBytes = (bytes: Uint8Array): Digest => branded(hash("sha256", bytes, "hex"))

/** Bytes of a file that are read at a time. */
const PART = 2 ** 20

/** Digest of a file, which may be larger than memory: it is read piece by piece. */
export const ofFile = async (path: string): Promise<Digest> => {
  const sum = createHash("sha256")
  await pipeline(createReadStream(path, { highWaterMark: PART }), sum)
  return branded(sum.digest("hex"))
}

/** The same, at once. Throws what the disk throws. */
export const ofFileSync = (path: string): Digest => {
  const descriptor = openSync(path, "r")
  try {
    const sum = createHash("sha256")
    const part = Buffer.allocUnsafe(Math.min(PART, fstatSync(descriptor).size + 1))
    for (let read = readSync(descriptor, part); read > 0; read = readSync(descriptor, part)) {
      sum.update(part.subarray(0, read))
    }
    return branded(sum.digest("hex"))
  } finally {
    closeSync(descriptor)
  }
}

/**
 * Digest of a value, independent of key order.
 *
 * `domain` separates kinds of digests, so that equal content used for two purposes never collides. Throws `RangeError`
 * on a non-finite number: it has no JSON text and would silently collide with `null`.
 */
export const ofValue = (domain: string, value: Json): Digest =>
  branded(hash("sha256", `${domain}\n${canonicalText(value)}`, "hex"))

/** JSON text with sorted keys and one spelling for each number: equal values have equal text. */
export const canonicalText = (value: Json): string => {
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw new RangeError(`no canonical text for ${value}`)
    return Object.is(value, -0) ? "-0" : String(value)
  }
  // The engine writes JSON faster than any loop: most values have their order already.
  if (value === null || typeof value !== "object" || isCanonical(value)) return JSON.stringify(value)
  if (isList(value)) {
    let items = ""
    for (const item of value) items += items === "" ? canonicalText(item) : `,${canonicalText(item)}`
    return `[${items}]`
  }
  let fields = ""
  for (const key of Object.keys(value).sort()) {
    fields += `${fields === "" ? "" : ","}${JSON.stringify(key)}:${canonicalText(value[key] as Json)}`
  }
  return `{${fields}}`
}

/** Whether the JSON text of a value is its canonical one. */
const isCanonical = (value: Json): boolean => {
  if (typeof value === "number") return Number.isFinite(value) && !Object.is(value, -0)
  if (value === null || typeof value !== "object") return true
  if (isList(value)) return value.every(isCanonical)
  let before = ""
  // Makes no list of the names: this is asked of every key, and of every task.
  for (const key in value) {
    if (!Object.hasOwn(value, key) || key < before || !isCanonical(value[key] as Json)) return false
    before = key
  }
  return true
}

/** An equal value whose maps have the order of its canonical text, at every level: who gets it sees what its digest tells. */
export const inCanonicalOrder = <T extends Json>(value: T): T => ordered(value) as T

const ordered = (value: Json): Json => {
  if (value === null || typeof value !== "object") return value
  if (isList(value)) return value.map(ordered)
  const keys = Object.keys(value).sort()
  return Object.fromEntries(keys.map((key) => [key, ordered(value[key] as Json)]))
}

const isList = (value: Json): value is ReadonlyArray<Json> => Array.isArray(value)
