/** Keys that a task would have had with older code whose results still hold. */
import type { CompatibleCode } from "../stage/StageType.ts"
import type { ActionRecord, KeyParts } from "../store/ActionRecord.ts"
import { canonicalText, type Digest } from "../store/Digest.ts"

/** Digits of a code identity that a stage type names at least: fewer might mean other code. */
export const SHORTEST_CODE = 12

/** A code identity as it is shown to people. */
export const shortCode = (code: Digest): string => code.slice(0, SHORTEST_CODE)

/**
 * What is said of code, followed back: each older code whose results hold, with all parameters that were added since. Nearer
 * code comes first.
 */
export const olderCodes = (
  list: ReadonlyArray<CompatibleCode>,
  present: string
): ReadonlyArray<Pick<CompatibleCode, "code" | "without">> => {
  const found: Array<Pick<CompatibleCode, "code" | "without">> = []
  const steps: Array<Pick<CompatibleCode, "code" | "without">> = [{ code: present }]
  // What is found is followed in turn; a circle ends where it began.
  for (const step of steps) {
    for (const { code, as, without } of list) {
      const isKnown = [{ code: present }, ...found].some((other) => isSameCode(other.code, code))
      if (isKnown || !isSameCode(as, step.code)) continue
      const older = { code, without: { ...step.without, ...without } }
      found.push(older)
      steps.push(older)
    }
  }
  return found
}

/** Two identities of which one may be cut short. */
const isSameCode = (a: string, b: string): boolean => a.startsWith(b) || b.startsWith(a)

/**
 * The parts of a task's key with older code; `undefined` when the task asks for what that could not do: when a parameter that
 * was added since has another value than the one that means as much as its absence.
 */
export const olderParts = (
  parts: KeyParts,
  { without = {} }: Pick<CompatibleCode, "without">,
  code: Digest
): KeyParts | undefined => {
  const params = { ...parts.params }
  for (const [name, value] of Object.entries(without)) {
    const now = params[name]
    if (now !== undefined && canonicalText(now) !== canonicalText(value)) return undefined
    delete params[name]
  }
  return { ...parts, code, params }
}

/** Says that a record is of older code, where it is; empty where the record is what was asked for. */
export const compatibleText = (asked: KeyParts, { parts }: Pick<ActionRecord, "parts">): string =>
  parts.code === asked.code ? "" : `by compatible code ${shortCode(parts.code)}`
