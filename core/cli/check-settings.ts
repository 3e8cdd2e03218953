/** Looks at the settings that must not be misspelt: what was asked for would silently not be done. */
import { Effect } from "effect"
import { UsageError } from "./load-pipeline.ts"

const WORDS: { readonly [variable: string]: ReadonlyArray<string> } = {
  PIPELINE_DURABILITY: ["on", "off"],
  PIPELINE_VERIFY: ["read", "always"]
}

/** Refuses a value that means nothing. */
export const checkSettings: Effect.Effect<void, UsageError> = Effect.suspend(() => {
  for (const [variable, words] of Object.entries(WORDS)) {
    const value = process.env[variable] || words[0]
    if (value !== undefined && !words.includes(value)) {
      return Effect.fail(new UsageError({ reason: `${variable} is "${value}"; write ${words.join(" or ")}` }))
    }
  }
  return Effect.void
})
