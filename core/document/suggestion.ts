/** The hint beside a name that nothing has. */
import { nearest } from "./nearest.ts"

/** Names beyond this are not listed. */
const LISTED = 16

/** `did you mean "width"?   (takes: depth, width)`: the nearest name, and all of them while they are few. */
export const suggestion = (name: string, label: string, candidates: ReadonlyArray<string>): string | undefined => {
  const close = nearest(name, candidates)
  const question = close === undefined ? [] : [`did you mean "${close}"?`]
  const list = candidates.length > LISTED ? [] : [`(${label}: ${candidates.join(", ") || "none"})`]
  const parts = [...question, ...list]
  return parts.length === 0 ? undefined : parts.join("   ")
}
