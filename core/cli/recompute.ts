/** Which tasks a run computes anew though they are cached: all, or a sample of them. */
import { createHash, randomInt } from "node:crypto"
import { Effect, Option } from "effect"
import { sample } from "../maintain/sample.ts"
import type { Plan } from "../plan/Plan.ts"
import { UsageError } from "./UsageError.ts"

export interface Recompute {
  /** Tasks of the plan at first. */
  readonly chosen: (plan: Plan) => Iterable<number>
  /** Tasks of the plan when it has grown. */
  readonly added: (plan: Plan) => Iterable<number>
}

/** None. */
export const NONE: Recompute = { chosen: () => [], added: () => [] }

const all = ({ tasks }: Plan): Iterable<number> => tasks.keys()

/** What `--recompute` asks for. The sample of a tick is always the same; what only a list makes known is in none. */
export const recomputeOf = (
  { recompute }: { readonly recompute: Option.Option<string> },
  tick: string | undefined
): Effect.Effect<Recompute, UsageError> => {
  const text = Option.getOrUndefined(recompute)
  if (text === undefined || text === "none") return Effect.succeed(NONE)
  if (text === "all") return Effect.succeed({ chosen: all, added: all })
  const count = /^[1-9]\d{0,8}$/u.test(text) ? Number(text) : undefined
  if (count === undefined)
    return Effect.fail(new UsageError({ reason: `--recompute takes all, none or a number of tasks, not "${text}"` }))
  const seed = tick === undefined ? randomInt(2 ** 32) : createHash("sha256").update(tick).digest().readUInt32BE()
  return Effect.succeed({ chosen: ({ tasks }) => sample([...tasks.keys()], count, seed), added: () => [] })
}
