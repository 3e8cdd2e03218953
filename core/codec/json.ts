/** Metrics, JSON values and figures as canonical JSON text: sorted keys, one spelling of each number. */
import { Result } from "effect"
import type { Json } from "../stage/ArtifactKind.ts"
import { canonicalText } from "../store/Digest.ts"
import { attempt, type Coded, refuse } from "./CodecError.ts"

/** The bytes of a value; refuses what JSON cannot hold, with the path to it. */
export const encodeJson = (format: string, value: unknown): Coded<Uint8Array> =>
  Result.gen(function* () {
    const wrong = notJson(value, "")
    if (wrong !== undefined) return yield* refuse(format, wrong)
    return new TextEncoder().encode(`${canonicalText(value as Json)}\n`)
  })

/** Reads JSON text. */
export const decodeJson = (format: string, bytes: Uint8Array): Coded<Json> =>
  attempt(format, () => JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)) as Json)

/** What keeps a value from being JSON, and where. */
const notJson = (value: unknown, path: string): string | undefined => {
  if (value === null || typeof value === "boolean" || typeof value === "string") return undefined
  if (typeof value === "number") {
    return Number.isFinite(value) ? undefined : `${path === "" ? "it" : path} is ${value}, which JSON cannot hold`
  }
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      const wrong = notJson(item, `${path}[${index}]`)
      if (wrong !== undefined) return wrong
    }
    return undefined
  }
  if (typeof value !== "object" || ArrayBuffer.isView(value)) {
    return `${path === "" ? "it" : path} is ${ArrayBuffer.isView(value) ? "a typed array" : typeof value}, which JSON cannot hold`
  }
  for (const [key, item] of Object.entries(value)) {
    const wrong = notJson(item, path === "" ? key : `${path}.${key}`)
    if (wrong !== undefined) return wrong
  }
  return undefined
}

/** Checks that a JSON value is a map of numbers. */
export const asMetrics = (value: Json): Coded<{ readonly [name: string]: number }> => {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return refuse("Metrics", "it is no JSON object")
  const wrong = Object.entries(value).find(([, item]) => typeof item !== "number")
  return wrong === undefined
    ? Result.succeed(value as { readonly [name: string]: number })
    : refuse("Metrics", `"${wrong[0]}" is no number`)
}
