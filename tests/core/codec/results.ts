/** What the tests of the codecs share: taking results apart, and damaging bytes. */
import { assert } from "@effect/vitest"
import { Result } from "effect"
import type { Coded } from "../../../core/codec/CodecError.ts"

/** The value of a result that must be one. */
export const successOf = <A>(result: Coded<A>): A => {
  if (Result.isFailure(result)) throw new Error(`refused: ${result.failure.message}`)
  return result.success
}

/** The message of a result that must be a failure. */
export const reasonOf = (result: Coded<unknown>): string => {
  assert(Result.isFailure(result), "it was accepted")
  return result.failure.message
}

/** Uniform numbers in [0, 1) that are the same each time (mulberry32). */
export const uniform = (seed: number): (() => number) => {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Every shorter beginning of some bytes, and copies of which a few bytes are others. */
export const damaged = (bytes: Uint8Array, copies = 2000): ReadonlyArray<Uint8Array> => {
  const random = uniform(7)
  const cut = Array.from(bytes, (_, length) => bytes.slice(0, length))
  const changed = Array.from({ length: copies }, () => {
    const copy = bytes.slice()
    for (let left = 1 + Math.floor(random() * 3); left > 0; left--) {
      copy[Math.floor(random() * copy.length)] = Math.floor(random() * 256)
    }
    return copy
  })
  return [...cut, ...changed]
}
