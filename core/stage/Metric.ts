/** How a stage records named numbers beside its outputs. */
import { Context, Effect } from "effect"

/** Where recorded metrics go. */
export type MetricSink = (name: string, value: number) => void

/** The sink of the current attempt; outside of a run metrics vanish. */
export const MetricRecorder = Context.Reference<MetricSink>("athanor/stage/MetricRecorder", {
  defaultValue: () => () => {}
})

/**
 * Records a number under a name, for expectations, tables and comparisons of runs. A later value replaces an earlier.
 *
 * A name may carry what it was measured at: `growth@width=500`. NaN and infinities replace what was there as well: a training
 * that has diverged has no loss, meets no expectation, and is counted where others are averaged.
 */
export const record = Effect.fnUntraced(function* (name: string, value: number) {
  const sink = yield* MetricRecorder
  sink(name, value)
})

/** Records every entry of an object; see `record`. */
export const recordAll = Effect.fnUntraced(function* (metrics: { readonly [name: string]: number }) {
  const sink = yield* MetricRecorder
  for (const [name, value] of Object.entries(metrics)) sink(name, value)
})
