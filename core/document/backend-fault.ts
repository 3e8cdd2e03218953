/** What is wrong with the name of a backend, wherever it is written. */
import type { Json } from "../stage/ArtifactKind.ts"
import { BACKENDS } from "../stage/Compute.ts"
import { suggestion } from "./suggestion.ts"

/** Names that may be asked for: of a backend, or `auto` for the fastest that there is. */
export const BACKEND_NAMES = ["auto", ...BACKENDS] as const

export type BackendName = (typeof BACKEND_NAMES)[number]

export const isBackendName = (name: unknown): name is BackendName => BACKEND_NAMES.some((known) => known === name)

/** What to say of something else. */
export const backendFault = (name: Json): { readonly message: string; readonly hint: string | undefined } => {
  const text = typeof name === "string" ? name : JSON.stringify(name)
  return { message: `there is no backend "${text}"`, hint: suggestion(text, "backends", BACKEND_NAMES) }
}
