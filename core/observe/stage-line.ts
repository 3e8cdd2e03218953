/** The line of one stage: symbol, name, count, and as many details as there is room for. */
import { durationText, stopwatchText } from "./duration.ts"
import type { FrameLine, FrameOptions } from "./Frame.ts"
import type { StageStatus, StageView } from "./stage-view.ts"
import {
  bar,
  clip,
  clipName,
  harmless,
  paint,
  type Segment,
  type Symbols,
  segment,
  symbolsOf,
  type Tone,
  widthOf
} from "./terminal-style.ts"

/** Cells of a bar where there is room. */
const BAR = 12

/** Milliseconds for which a picture of the running symbol stands. */
const TURN = 80

const TONES: { readonly [status in StageStatus]: Tone } = {
  running: "active",
  failed: "bad",
  waiting: "dim",
  done: "good",
  skipped: "warn",
  hit: "known"
}

/** A part of the line; where there is little room, the weightier ones get it. */
interface Detail extends Segment {
  readonly weight: number
}

export interface ColumnWidths {
  readonly name: number
  readonly count: number
}

export const stageLine = (view: StageView, count: string, widths: ColumnWidths, options: FrameOptions): FrameLine => {
  const symbols = symbolsOf(options)
  const tone = TONES[view.status]
  const name = clipName(view.stage.id, widths.name, symbols)
  const head = [
    segment(symbolOf(view, symbols), tone),
    segment(` ${name}${" ".repeat(widths.name - widthOf(name))}`, view.status === "waiting" ? "dim" : "plain"),
    segment(widths.count === 0 ? "" : `  ${count.padStart(widths.count)}`, view.status === "waiting" ? "dim" : "plain")
  ]
  const used = head.reduce((sum, { text }) => sum + widthOf(text), 0)
  return assemble([...head, ...thatFit(detailsOf(view, symbols), options.columns - used)], options, symbols)
}

const symbolOf = (view: StageView, symbols: Symbols): string =>
  view.status === "running"
    ? (symbols.running[Math.floor(view.now / TURN) % symbols.running.length] ?? "")
    : symbols[view.status]

const detailsOf = (view: StageView, symbols: Symbols): ReadonlyArray<Detail> => {
  const { stage, status, pace, left, elapsed } = view
  const details: Array<Detail> = []
  const add = (weight: number, text: string, tone: Tone = "plain") => details.push({ weight, ...segment(text, tone) })
  const many = (number: number, word: string) => (stage.total > 1 ? `${number} ${word}` : word)
  if (status === "running") {
    // One space, so that the bar stands by the count; the others are two apart.
    add(5, ` ${bar(view.share, BAR, symbols)} ${String(Math.floor(100 * view.share)).padStart(3)} %`, "active")
    if (stage.total > 1) add(3, `  ${stage.running} running`)
    if (pace !== undefined) add(2, `  ${paceText(pace.perSecond)} ${harmless(pace.unit)}/s`)
    if (left !== undefined) add(4, `  ${stopwatchText(left)} left`)
    else if (elapsed !== undefined) add(4, `  ${stopwatchText(elapsed)}`, "dim")
  } else if (elapsed !== undefined && status !== "waiting") add(4, `  ${durationText(elapsed)}`, "dim")
  if (stage.failed > 0) add(6, `  ${many(stage.failed, "failed")}`, "bad")
  if (stage.awaiting > 0) add(5, `  ${many(stage.awaiting, "waiting for another run")}`, "warn")
  else if (stage.queued > 0 && status !== "running") add(1, "  queued", "dim")
  if (stage.skipped > 0) add(2, `  ${many(stage.skipped, "skipped")}`, "warn")
  if (stage.hit > 0) add(1, `  ${many(stage.hit, "cached")}`, "known")
  return details
}

/** The weightiest details that find room, in their own order. */
const thatFit = (details: ReadonlyArray<Detail>, room: number): ReadonlyArray<Detail> => {
  let left = room
  const kept = new Set<Detail>()
  for (const detail of [...details].sort((a, b) => b.weight - a.weight)) {
    if (widthOf(detail.text) > left) continue
    left -= widthOf(detail.text)
    kept.add(detail)
  }
  return details.filter((detail) => kept.has(detail))
}

/** Three digits, so that the width stays: `0.420`, `14.2`, `1240`, `15.1k`, `2.30M`. */
export const paceText = (perSecond: number): string => {
  if (perSecond >= 1e6) return `${(perSecond / 1e6).toPrecision(3)}M`
  if (perSecond >= 1e4) return `${(perSecond / 1e3).toPrecision(3)}k`
  return perSecond >= 100 ? String(Math.round(perSecond)) : perSecond.toPrecision(3)
}

const assemble = (segments: ReadonlyArray<Segment>, options: FrameOptions, symbols: Symbols): FrameLine => {
  const width = segments.reduce((sum, { text }) => sum + widthOf(text), 0)
  if (width <= options.columns)
    return {
      text: segments
        .map((part) => paint(part, options))
        .join("")
        .trimEnd(),
      width
    }
  const plain = clip(segments.map(({ text }) => text).join(""), options.columns, symbols)
  return { text: plain, width: widthOf(plain) }
}
