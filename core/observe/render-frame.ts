/** The live picture of a run: one line a stage and a last line for the whole. Pure: a state in, lines out. */
import { stopwatchText } from "./duration.ts"
import type { FrameLine, FrameOptions } from "./Frame.ts"
import type { ProgressState } from "./ProgressState.ts"
import { stageLine } from "./stage-line.ts"
import { type StageView, stageViews } from "./stage-view.ts"
import { summaryParts } from "./summary-line.ts"
import { clip, paint, segment, symbolsOf, widthOf } from "./terminal-style.ts"

/** Lines of the frame, from the top. */
export const renderFrame = (state: ProgressState, options: FrameOptions): ReadonlyArray<FrameLine> => {
  const views = stageViews(state, options.now)
  const { shown, folded } = select(views, options.rows - 1)
  const widths = {
    name: Math.min(
      Math.max(4, ...shown.map(({ stage }) => widthOf(stage.id))),
      Math.max(8, Math.floor(options.columns / 3))
    ),
    count: Math.max(...shown.map(({ stage }) => countText(stage).length))
  }
  const lines = shown.map((view) => stageLine(view, countText(view.stage), widths, options))
  if (folded.length > 0) lines.push(foldLine(folded, options))
  return [...lines, footer(state, options)]
}

const countText = (stage: StageView["stage"]): string =>
  stage.total > 1 ? `${stage.done + stage.hit + stage.failed + stage.skipped}/${stage.total}` : ""

/** What matters first when there is no room for every stage. */
const RANK: { readonly [status in StageView["status"]]: number } = {
  running: 0,
  failed: 1,
  waiting: 2,
  done: 3,
  skipped: 4,
  hit: 5
}

/** The stages to show, in the order of the plan, and those to count only. */
const select = (views: ReadonlyArray<StageView>, room: number) => {
  if (views.length <= room) return { shown: views, folded: [] }
  const chosen = new Set([...views].sort((a, b) => RANK[a.status] - RANK[b.status]).slice(0, Math.max(0, room - 1)))
  return { shown: views.filter((view) => chosen.has(view)), folded: views.filter((view) => !chosen.has(view)) }
}

const WORDS: { readonly [status in StageView["status"]]: string } = {
  running: "running",
  failed: "failed",
  waiting: "waiting",
  done: "done",
  skipped: "skipped",
  hit: "cached"
}

const foldLine = (folded: ReadonlyArray<StageView>, options: FrameOptions): FrameLine => {
  const symbols = symbolsOf(options)
  const counts = Object.entries(WORDS)
    .map(([status, word]) => ({ word, count: folded.filter((view) => view.status === status).length }))
    .filter(({ count }) => count > 0)
    .map(({ word, count }) => `${count} ${word}`)
  const text = clip(`${symbols.ellipsis} ${folded.length} more: ${counts.join(", ")}`, options.columns, symbols)
  return { text: paint(segment(text, "dim"), options), width: widthOf(text) }
}

/** `31 of 55 tasks · 2 running · 12 cached · 1 failed · 0:32` */
const footer = (state: ProgressState, options: FrameOptions): FrameLine => {
  const symbols = symbolsOf(options)
  const elapsed = state.startedAt === undefined ? 0 : (state.endedAt ?? options.now) - state.startedAt
  const parts = [...summaryParts(state), segment(stopwatchText(elapsed), "dim")]
  let width = 0
  let text = ""
  for (const part of parts) {
    const gap = width === 0 ? "" : ` ${symbols.dot} `
    const next = width + gap.length + widthOf(part.text)
    if (next > options.columns) break
    text += paint(segment(gap, "dim"), options) + paint(part, options)
    width = next
  }
  return { text, width }
}
