/**
 * How a stage says what happens while it runs, for whoever looks at its trace.
 *
 * What takes time is a span: `Effect.fn("solve")`, `Effect.withSpan("solve")`; `Effect.annotateCurrentSpan` says more of it.
 */
import { Clock, Effect, Option, Tracer } from "effect"

/**
 * Notes that something has happened, with what belongs to it, in the span that is open: the epoch of a training, a step that
 * was refused. There may be one for each step of a long loop: of very many an even choice is kept. Outside of a run it vanishes.
 */
export const event = Effect.fnUntraced(function* (
  name: string,
  attributes: { readonly [name: string]: string | number | boolean } = {}
) {
  const span = Option.getOrUndefined(yield* Effect.serviceOption(Tracer.ParentSpan))
  if (span?._tag === "Span") span.event(name, yield* Clock.currentTimeNanos, { ...attributes })
})
