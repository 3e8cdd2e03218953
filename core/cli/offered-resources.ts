/** What this machine and this run offer to tasks beside cores and memory. */
import { Effect, Option } from "effect"
import { nearest } from "../document/nearest.ts"
import type { Plan } from "../plan/Plan.ts"
import { offeredDevices } from "../run/Devices.ts"
import { UsageError } from "./UsageError.ts"

export interface ResourceChoices {
  /** Ids of devices, with commas between them. */
  readonly gpus: Option.Option<string>
  /** Numbers as they were written, by limit. */
  readonly limit: { readonly [name: string]: string }
}

/** Devices and limits; fails on a limit that the pipeline does not have, and on what is no number. */
export const offeredResources = Effect.fnUntraced(function* (choices: ResourceChoices, plan: Plan) {
  const known = Object.keys(plan.limits ?? {})
  const limits: Record<string, number> = {}
  for (const [name, text] of Object.entries(choices.limit)) {
    if (!known.includes(name)) {
      const close = nearest(name, known)
      const hint = close === undefined ? `it has: ${known.join(", ") || "none"}` : `did you mean "${close}"?`
      return yield* new UsageError({ reason: `--limit: the pipeline has no limit "${name}"; ${hint}` })
    }
    if (!/^\d+$/u.test(text)) {
      return yield* new UsageError({ reason: `--limit ${name}=${text}: expected a whole number, as in ${name}=2` })
    }
    limits[name] = Number(text)
  }
  return { gpus: offeredDevices(Option.getOrUndefined(choices.gpus), process.env), limits }
})
