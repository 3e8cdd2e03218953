/** Live progress on a terminal: one line a stage, redrawn in place; failures and warnings stay above. */
import { EventLines } from "./EventLines.ts"
import { LiveArea, type ProgressStream } from "./LiveArea.ts"
import { currentMillis, type OpenProgress } from "./OpenProgress.ts"
import { type PlanSize, ProgressFold, totals } from "./ProgressState.ts"
import { renderFrame } from "./render-frame.ts"
import { summaryLine } from "./summary-line.ts"
import type { TerminalStyle } from "./terminal-style.ts"

export interface TerminalOptions extends TerminalStyle {
  readonly stream: ProgressStream
  /** Width to use where the stream does not know its own. */
  readonly columns?: number
}

/** Milliseconds between two frames: twelve a second. */
const FRAME = 83

/**
 * Watches a run on a terminal.
 *
 * The width and height of the stream are read for each frame, so the picture follows the window. The cursor, hidden
 * while frames are drawn, comes back at `close`, when the process exits without it, and while it is suspended.
 */
export const terminalProgress = (plan: PlanSize, options: TerminalOptions): OpenProgress => {
  const { stream } = options
  const fold = new ProgressFold(plan)
  const area = new LiveArea(stream)
  const lines = new EventLines(options)
  let above: Array<string> = []
  let closed = false

  // Some terminals say that they have no columns at all, until somebody tells them.
  const columns = () => Math.max(20, (stream.columns || options.columns || 80) - 1)
  const frame = (now: number) =>
    renderFrame(fold.state, { ...options, now, columns: columns(), rows: Math.max(3, (stream.rows || 24) - 1) })

  const draw = (): void => {
    // A terminal that does not keep up gets fewer frames, not a queue of old ones.
    if (stream.writableNeedDrain === true) return
    area.draw(frame(currentMillis()), above, columns() + 1)
    above = []
  }

  const close = (note?: string): void => {
    if (closed) return
    closed = true
    clearInterval(timer)
    process.removeListener("exit", onExit)
    process.removeListener("SIGTSTP", onStop)
    const now = currentMillis()
    const { done, hit, total } = totals(fold.state)
    // When everything was known, the counts say it all.
    const last =
      done === 0 && hit === total
        ? []
        : frame(now)
            .slice(0, -1)
            .map(({ text }) => text)
    area.close([...above, ...lines.counted(), ...last, summaryLine(fold.state, note, now, options)], columns() + 1)
  }

  const onExit = (): void => close()
  // Ctrl-Z: the shell gets its cursor and a clean row; the next frame after `fg` starts where the shell left off.
  const onStop = (): void => {
    area.close([], columns() + 1)
    process.kill(process.pid, "SIGSTOP")
  }
  const timer = setInterval(draw, FRAME).unref()
  process.once("exit", onExit)
  process.on("SIGTSTP", onStop)

  return {
    onEvent: (event) => {
      fold.onEvent(event)
      above.push(...lines.of(event))
    },
    onProgress: (task, report) => fold.onProgress(task, report, currentMillis()),
    onTurn: (task, hasTurn) => fold.onTurn(task, hasTurn),
    onWaiting: (task) => fold.onWaiting(task),
    close
  }
}
