/** What plain functions throw, as failures that a stage can have. */
import { Effect } from "effect"

/** A class of errors. */
type ErrorClass = abstract new (...args: never) => unknown

/**
 * Calls a plain function, as those of `athanor/math` are. What it throws of these classes is a failure, tagged errors among them, to be
 * caught by its tag or told to the person as it is; anything else is a slip of the code, and ends the stage with its place. So does a
 * Promise, whose failure would come when nobody listens any more.
 */
export const asFailure = <A, const C extends ReadonlyArray<ErrorClass>>(
  classes: C,
  call: () => A
): Effect.Effect<A, InstanceType<C[number]>> =>
  Effect.map(
    Effect.try({
      try: call,
      catch: (thrown) => {
        if (isOneOf(classes, thrown)) return thrown
        throw thrown
      }
    }),
    plain
  )

const plain = <A>(made: A): A => {
  if (made instanceof Promise)
    throw new TypeError("Thrown.asFailure was given an async function: take Effect.tryPromise")
  return made
}

const isOneOf = <const C extends ReadonlyArray<ErrorClass>>(
  classes: C,
  thrown: unknown
): thrown is InstanceType<C[number]> => classes.some((each) => thrown instanceof each)
