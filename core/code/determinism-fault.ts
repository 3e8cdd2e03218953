/** What is wrong with the determinism that a stage type declares: nothing typechecks a stage before it is loaded. */
import { describeValue } from "../codec/unknown-value.ts"
import { isRecord } from "../document/is-record.ts"
import { nearest } from "../document/nearest.ts"
import type { Determinism } from "../stage/StageType.ts"

const NAMED = ["bitwise", "libm"] as const satisfies ReadonlyArray<Determinism>

const FORMS = 'it takes "bitwise", "libm" or { tolerance: 1e-6 }, a relative difference of at least 0'

/** A complaint with the three forms, and the one that a misspelt name most likely means; nothing where it is one of them. */
export const determinismFault = (declared: unknown): string | undefined => {
  if (NAMED.some((name) => name === declared)) return undefined
  if (!isRecord(declared)) {
    const close = typeof declared === "string" ? nearest(declared, NAMED) : undefined
    const question = close === undefined ? "" : `did you mean "${close}"? `
    return `its determinism is ${describeValue(declared)}; ${question}${FORMS}`
  }
  const { tolerance } = declared
  if (typeof tolerance === "number" && Number.isFinite(tolerance) && tolerance >= 0) return undefined
  const close = Object.hasOwn(declared, "tolerance") ? undefined : nearestKey(declared)
  const found = close === undefined ? `tolerance is ${describeValue(tolerance)}` : `"${close}" is not "tolerance"`
  return `its determinism is a map whose ${found}; ${FORMS}`
}

const nearestKey = (declared: object): string | undefined => nearest("tolerance", Object.keys(declared))
