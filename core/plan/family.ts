/** Results that differ only in how far they go: the larger of two may go on from the smaller. */
import type { Json } from "../stage/ArtifactKind.ts"
import type { Extension } from "../stage/StageType.ts"
import type { Family, KeyParts } from "../store/ActionRecord.ts"
import * as Digest from "../store/Digest.ts"
import { keyOf } from "./key.ts"

/** The family of a task, and its place there; `undefined` where the extended parameter is no finite number. */
export const familyOf = (parts: KeyParts, { param, along = [] }: Extension): Family | undefined => {
  const at = parts.params[param]
  if (typeof at !== "number" || !Number.isFinite(at)) return undefined
  const free = [param, ...along]
  const fixed = Object.fromEntries(Object.entries(parts.params).filter(([name]) => !free.includes(name)))
  return { digest: Digest.ofValue("athanor/family/1", { free, key: keyOf({ ...parts, params: fixed }) }), at }
}

/**
 * Whether a task can go on from an earlier result of its family: from one that reaches less far, and that has everything
 * below its own reach that the task wants along the way.
 */
export const canExtend = (earlier: KeyParts, now: KeyParts, { param, along = [] }: Extension): boolean => {
  const [reach, wanted] = [earlier.params[param], now.params[param]]
  if (typeof reach !== "number" || typeof wanted !== "number" || reach >= wanted) return false
  return along.every((name) => {
    const [had, asked] = [numbersOf(earlier.params[name]), numbersOf(now.params[name])]
    return had !== undefined && asked?.every((value) => value >= reach || had.includes(value)) === true
  })
}

/** Nothing where it is something else: what that means along the way is known to the stage alone. */
const numbersOf = (value: Json | undefined): ReadonlyArray<number> | undefined =>
  Array.isArray(value) && value.every((item) => typeof item === "number") ? value : undefined
