/** The value of a template, and the places of its parts. */
import { Result } from "effect"
import type { Json } from "../stage/ArtifactKind.ts"
import { text } from "./arguments.ts"
import type { Diagnostic } from "./Diagnostic.ts"
import { evaluate, type Scope } from "./evaluate.ts"
import type { Span } from "./Span.ts"
import type { Template } from "./Template.ts"

/** Evaluates every expression in a template; all complaints at once. */
export const evaluateTemplate = (template: Template, scope: Scope): Result.Result<Json, ReadonlyArray<Diagnostic>> => {
  const complaints: Array<Diagnostic> = []
  const value = evaluatePart(template, scope, complaints)
  return complaints.length === 0 ? Result.succeed(value) : Result.fail(complaints)
}

const evaluatePart = (template: Template, scope: Scope, complaints: Array<Diagnostic>): Json => {
  switch (template._tag) {
    case "Literal":
      return template.value
    case "Computed": {
      const value = evaluate(template.expression, scope)
      if (Result.isSuccess(value)) return value.success
      complaints.push(value.failure)
      return null
    }
    case "Text":
      return template.parts
        .map((part) => {
          if (typeof part === "string") return part
          const value = evaluate(part, scope)
          if (Result.isFailure(value)) complaints.push(value.failure)
          return Result.isSuccess(value) ? text(value.success) : ""
        })
        .join("")
    case "List":
      return template.items.map((item) => evaluatePart(item, scope, complaints))
    case "Map":
      return Object.fromEntries(template.entries.map(({ key, value }) => [key, evaluatePart(value, scope, complaints)]))
  }
}

/** The deepest place on a path that the file has: the value there, or what encloses a part that is missing. */
export const spanAt = (template: Template, path: ReadonlyArray<PropertyKey>): Span => {
  const [step, ...rest] = path
  if (step === undefined) return template.span
  if (template._tag === "Map") {
    const entry = template.entries.find(({ key }) => key === String(step))
    return entry === undefined ? template.span : spanAt(entry.value, rest)
  }
  const item = template._tag === "List" ? template.items[Number(step)] : undefined
  return item === undefined ? template.span : spanAt(item, rest)
}

/** The place of the last key of a path, or of what encloses it where the file does not have it. */
export const keySpanAt = (template: Template, path: ReadonlyArray<PropertyKey>): Span => {
  const [step, ...rest] = path
  if (step === undefined) return template.span
  if (template._tag === "List") {
    const item = template.items[Number(step)]
    return item === undefined ? template.span : keySpanAt(item, rest)
  }
  const entry = template._tag === "Map" ? template.entries.find(({ key }) => key === String(step)) : undefined
  if (entry === undefined) return template.span
  return rest.length === 0 ? entry.keySpan : keySpanAt(entry.value, rest)
}
