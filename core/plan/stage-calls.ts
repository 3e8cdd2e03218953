/**
 * Calls of what stage types say about their tasks while these are planned: filters of parameters, `resources`, `backends`.
 * Nobody can stop a program from outside that waits for one, so each has a limit of time.
 */
import { LOADING_LIMIT } from "../code/instantiate.ts"
import { isTimeout, withinLimit } from "../code/time-limit.ts"
import { isGuarded } from "../fault/hooks.ts"

/** Milliseconds that one call has: as long as the modules of a stage type have to be loaded. */
export const CALL_LIMIT = LOADING_LIMIT

/** How a function of a stage type is called: as it is, or with a limit. Throws what that throws, and `isTimeout` errors. */
export type Caller = <A>(call: () => A) => A

/** For calls that something around them limits. */
export const directly: Caller = (call) => call()

/** For calls that are alone. */
export const limited: Caller = (call) => (isGuarded("limit-stage-calls") ? withinLimit(call, CALL_LIMIT) : call())

/** Milliseconds after which the time is kept anew: long against what that costs, and short against the limit. */
const BATCH = 100

/** Milliseconds that a batch may last: whatever needs longer is called once more, alone, with the time that it may have. */
const BATCH_LIMIT = 2000

/**
 * What calls give, in their order. They are made under one clock, thousands of them; one that does not come to its end is made
 * again by itself, as `limited` says.
 */
export const callEach = <A, B>(items: ReadonlyArray<A>, call: (item: A, caller: Caller) => B): ReadonlyArray<B> => {
  const given: Array<B> = []
  const goOn = (): void => {
    const end = performance.now() + BATCH
    while (given.length < items.length && performance.now() < end) given.push(call(items[given.length]!, directly))
  }
  while (given.length < items.length) {
    if (!isInTime(goOn)) given.push(call(items[given.length]!, limited))
  }
  return given
}

const isInTime = (goOn: () => void): boolean => {
  try {
    withinLimit(goOn, isGuarded("limit-stage-calls") ? BATCH_LIMIT : Number.POSITIVE_INFINITY)
    return true
  } catch (cause) {
    if (!isTimeout(cause)) throw cause
    return false
  }
}
