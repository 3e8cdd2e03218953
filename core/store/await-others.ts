/** Waiting for other processes: nothing tells when one of them is done, so it is asked again and again. */
import { Context, Effect } from "effect"

/** Milliseconds between two looks. */
const INTERVAL = 50

/** Milliseconds after which a person would take waiting for a fault. */
const PATIENCE = 2000

/** Is told, once for each wait that lasts, what is waited for: `another collection`. The default is silent. */
export const WaitObserver = Context.Reference<(what: string) => void>("athanor/store/WaitObserver", {
  defaultValue: () => () => {}
})

/** Looks until there is something; `onLong` is done once, when that takes longer than two seconds. */
export const awaitOthers = Effect.fnUntraced(function* <A, E, R>(
  look: Effect.Effect<A | undefined, E, R>,
  onLong: Effect.Effect<void>
) {
  for (let waited = 0; ; waited += INTERVAL) {
    const found = yield* look
    if (found !== undefined) return found
    if (waited === PATIENCE) yield* onLong
    yield* Effect.sleep(INTERVAL)
  }
})

/** Says what is waited for. */
export const sayWaiting = (what: string): Effect.Effect<void> => Effect.map(WaitObserver, (say) => say(what))
