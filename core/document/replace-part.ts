/** A value with another part, at a path that a person typed: `net.depth`. */
import { Result } from "effect"
import type { Json } from "../stage/ArtifactKind.ts"
import { describe } from "./arguments.ts"
import type { Diagnostic } from "./Diagnostic.ts"
import { isRecord } from "./is-record.ts"
import type { Span } from "./Span.ts"
import { suggestion } from "./suggestion.ts"

/** A step into a map or list, with its place. */
export interface Step {
  readonly step: string
  readonly span: Span
}

/** `mayAdd` lets maps get keys that they do not have: where somebody else knows which there may be. */
export const replacePart = (
  value: Json,
  [first, ...rest]: ReadonlyArray<Step>,
  part: Json,
  mayAdd = false
): Result.Result<Json, ReadonlyArray<Diagnostic>> => {
  if (first === undefined) return Result.succeed(part)
  const { step, span } = first
  const refuse = (message: string, hint?: string) =>
    Result.fail([{ severity: "error" as const, span, message, ...(hint === undefined ? {} : { hint }) }])
  if (Array.isArray(value)) {
    const index = /^\d+$/u.test(step) ? Number(step) : -1
    const old: Json | undefined = value[index]
    if (old === undefined) return refuse(`"${step}" is no index of a list of ${value.length}`, indices(value.length))
    return Result.map(replacePart(old, rest, part, mayAdd), (item) => value.with(index, item))
  }
  if (!isRecord(value)) return refuse(`"${step}" is no part of ${describe(value)}`)
  const old = Object.hasOwn(value, step) ? value[step] : mayAdd ? (rest.length === 0 ? null : {}) : undefined
  if (old === undefined) return refuse(`unknown key "${step}"`, suggestion(step, "keys", Object.keys(value)))
  return Result.map(replacePart(old, rest, part, mayAdd), (item) => ({ ...value, [step]: item }))
}

const indices = (length: number): string =>
  length === 0 ? "it is empty" : `(takes: 0${length === 1 ? "" : ` to ${length - 1}`})`
