/** Counts of a run in a sentence. */
import { durationText } from "./duration.ts"
import { type ProgressState, totals } from "./ProgressState.ts"
import { paint, type Segment, segment, symbolsOf, type TerminalStyle } from "./terminal-style.ts"

/** Parts of the sentence while a run goes on: `31 of 55 tasks`, `2 running`, `12 cached`, `1 failed`. */
export const summaryParts = (state: ProgressState): ReadonlyArray<Segment> => {
  const { total, running, done, hit, failed, skipped } = totals(state)
  const parts = [segment(`${done + hit + failed + skipped} of ${total} tasks`, "bold")]
  if (failed > 0) parts.push(segment(`${failed} failed`, "bad"))
  if (running > 0) parts.push(segment(`${running} running`, "active"))
  if (skipped > 0) parts.push(segment(`${skipped} skipped`, "warn"))
  if (hit > 0) parts.push(segment(`${hit} cached`, "known"))
  return parts
}

/** The last line of a run: `34 ran, 12 cached, 0 failed · 2m 51s · report …`; `note` is what stands after the time. */
export const summaryLine = (
  state: ProgressState,
  note: string | undefined,
  now: number,
  style: TerminalStyle
): string => {
  const { done, hit, failed, skipped } = totals(state)
  const counts = [
    segment(`${done} ran`, done > 0 ? "good" : "plain"),
    segment(`${hit} cached`, hit > 0 ? "known" : "plain"),
    segment(`${failed} failed`, failed > 0 ? "bad" : "plain"),
    ...(skipped > 0 ? [segment(`${skipped} skipped`, "warn")] : [])
  ].map((part) => paint(part, style))
  const elapsed = state.startedAt === undefined ? 0 : (state.endedAt ?? now) - state.startedAt
  return [
    ...(state.outcome === "interrupted" ? [paint(segment("interrupted", "warn"), style)] : []),
    counts.join(", "),
    durationText(elapsed),
    ...(note === undefined ? [] : [note])
  ].join(` ${symbolsOf(style).dot} `)
}
