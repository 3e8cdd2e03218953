/** Looks at the settings that must not be misspelt: what was asked for would silently not be done. */
import { Effect } from "effect"
import { DURABILITY } from "../store/durability.ts"
import { VERIFICATION } from "../store/verification.ts"
import { UsageError } from "./UsageError.ts"

/** Refuses a value that means nothing. */
export const checkSettings: Effect.Effect<void, UsageError> = Effect.suspend(() => {
  for (const { variable, words } of [DURABILITY, VERIFICATION]) {
    const value = process.env[variable] || words[0]
    if (!words.some((word) => word === value)) {
      return Effect.fail(new UsageError({ reason: `${variable} is "${value}"; write ${words.join(" or ")}` }))
    }
  }
  return Effect.void
})
