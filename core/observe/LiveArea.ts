/** The last rows of a terminal, redrawn in place; what is printed above them stays. */
import type { FrameLine } from "./Frame.ts"

/** The part of a terminal's stream that is needed; `process.stderr` is one. */
export interface ProgressStream {
  readonly write: (text: string) => unknown
  readonly columns?: number | undefined
  readonly rows?: number | undefined
  readonly isTTY?: boolean | undefined
  /** True while the stream cannot take more. */
  readonly writableNeedDrain?: boolean | undefined
  /** Hears of a reader that has gone and of a disk that is full. */
  readonly on?: (event: "error", listener: (error: Error) => void) => unknown
}

const CSI = "\u001b["
const HIDE_CURSOR = `${CSI}?25l`
const SHOW_CURSOR = `${CSI}?25h`
// A line that is too wide is cut by the terminal and not continued on the next row, which would then not be cleared.
const NO_WRAP = `${CSI}?7l`
const WRAP = `${CSI}?7h`
// Synchronized output: terminals that know it show a frame whole or not at all; the others ignore it.
const BEGIN = `${CSI}?2026h`
const END = `${CSI}?2026l`
const CLEAR_LINE = `${CSI}K`
const CLEAR_BELOW = `${CSI}J`

export class LiveArea {
  private readonly stream: ProgressStream
  private drawn: ReadonlyArray<FrameLine> = []
  private text = ""

  constructor(stream: ProgressStream) {
    this.stream = stream
  }

  /** Shows a frame in place of the last one, with `above` as lines over it that stay. `columns` is today's width. */
  draw(frame: ReadonlyArray<FrameLine>, above: ReadonlyArray<string>, columns: number): void {
    const text = frame.map((line) => line.text).join("\n")
    if (above.length === 0 && text === this.text && this.drawn.length === frame.length) return
    const start = this.drawn.length === 0 ? HIDE_CURSOR : this.toTop(columns)
    // Cleared before and not after a line: these may fill a row to its last column, or several.
    const printed = above.length === 0 ? "" : `${CLEAR_BELOW}${above.map((line) => `${line}\n`).join("")}`
    const area = frame.map((line) => `${line.text}${CLEAR_LINE}`).join("\n")
    this.stream.write(`${BEGIN}${start}${printed}${NO_WRAP}${area}${WRAP}${CLEAR_BELOW}${END}`)
    this.drawn = frame
    this.text = text
  }

  /** Removes the frame, prints lines in its place, and shows the cursor again. */
  close(lines: ReadonlyArray<string>, columns: number): void {
    const start = this.drawn.length === 0 ? "" : `${this.toTop(columns)}${CLEAR_BELOW}`
    const cursor = this.drawn.length === 0 ? "" : SHOW_CURSOR
    this.stream.write(`${start}${lines.map((line) => `${line}\n`).join("")}${cursor}`)
    this.drawn = []
    this.text = ""
  }

  /** Moves to the first column of the first row of the frame; a terminal that became narrower has broken its lines. */
  private toTop(columns: number): string {
    const rows = this.drawn.reduce((sum, { width }) => sum + Math.max(1, Math.ceil(width / Math.max(1, columns))), 0)
    return rows > 1 ? `\r${CSI}${rows - 1}A` : "\r"
  }
}
