/** One step of a loop whose body is a plain function. */
import { Effect } from "effect"

/** Calls the body of a loop. Throws where it gives an Effect: nobody would run that, and the work in it would be missing. */
export const plainStep = (body: (index: number) => void, index: number): void => {
  const made: unknown = body(index)
  if (Effect.isEffect(made)) throw new TypeError(GAVE_EFFECT)
}

const GAVE_EFFECT =
  "the body of steps gave an Effect, which nobody runs: a body is a plain function. Where a step needs Effects, write the loop with yield*"
