/** Where a search over orders stands, as a model that a checkpoint keeps. */
import type { Model } from "athanor/stage"
import { float64 } from "../math/float64.ts"
import type { SearchState } from "./IteratedSearch.ts"
import type { RememberedFits } from "./remembered-fits.ts"
import type { Snapshot } from "./ScoredOrder.ts"

/** Of a search that has ended: nothing goes on from it. */
export const NO_STATE: Model = { tensors: {}, metadata: {} }

/** With fits that are remembered, where there are some: to make them again would take as long as it has taken. */
export const stateModel = (
  { best, flops, home, isDone, kick, now, phase, start }: SearchState,
  fits?: RememberedFits
): Model => ({
  tensors: Object.fromEntries(
    Object.entries({
      ...(fits && { fits: fits.numbers() }),
      ...under("now", now),
      ...(home && { ...under("home", home.snapshot), homeScore: Float64Array.of(home.score) }),
      ...(best && { best: Float64Array.from(best.order), bestScore: Float64Array.of(best.score) }),
      phase: Float64Array.from(phase),
      counts: Float64Array.of(isDone ? 1 : 0, start, kick, flops)
    }).map(([name, data]) => [name, { shape: [data.length], data }] as const)
  ),
  metadata: {}
})

/** Has `fits` know those in such a model, and no others that were made since. */
export const recallFits = (fits: RememberedFits | undefined, { tensors }: Model): void => {
  const numbers = tensors["fits"]
  if (numbers !== undefined) fits?.recall(float64(numbers))
}

/** The state that such a model was made of. */
export const stateOf = ({ tensors }: Model): SearchState => {
  const [isDone, start, kick, flops] = [...float64(tensors["counts"]!)] as [number, number, number, number]
  const [home, best] = [snapshotUnder("home", tensors), tensors["best"]]
  return {
    isDone: isDone === 1,
    start,
    kick,
    flops,
    now: snapshotUnder("now", tensors),
    phase: [...float64(tensors["phase"]!)],
    home: "order" in home ? { score: float64(tensors["homeScore"]!)[0]!, snapshot: home } : undefined,
    best: best && { score: float64(tensors["bestScore"]!)[0]!, order: Int32Array.from(best.data) }
  }
}

const under = (place: string, snapshot: Snapshot): Snapshot =>
  Object.fromEntries(Object.entries(snapshot).map(([name, data]) => [`${place}.${name}`, data]))

const snapshotUnder = (place: string, tensors: Model["tensors"]): Snapshot =>
  Object.fromEntries(
    Object.entries(tensors).flatMap(([name, tensor]) =>
      name.startsWith(`${place}.`) ? [[name.slice(place.length + 1), float64(tensor)]] : []
    )
  )
