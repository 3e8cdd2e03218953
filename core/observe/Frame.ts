/** What the live picture of a run is made of, and what it must fit into. */
import type { TerminalStyle } from "./terminal-style.ts"

export interface FrameOptions extends TerminalStyle {
  /** Milliseconds since 1970. */
  readonly now: number
  /** No line is wider. */
  readonly columns: number
  /** No frame is higher; at least 2. */
  readonly rows: number
}

/** A line as it is written, and the columns that it takes. */
export interface FrameLine {
  readonly text: string
  readonly width: number
}
