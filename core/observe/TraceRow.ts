/** A row of a run's tree of times, before it is laid out. */
import { harmless, type Segment, type TerminalStyle } from "./terminal-style.ts"

export interface TraceRow {
  /** Lines of the tree before the name. */
  readonly branch: string
  readonly symbol: Segment
  readonly name: string
  /** Where it lies in the run; absent for a row that stands for what is not shown. */
  readonly extent: Extent | undefined
  readonly time: string
  readonly note: string
}

/** Ready, then working, then at its end; milliseconds since 1970. */
export interface Extent {
  readonly readyAt: number
  readonly startedAt: number
  readonly endedAt: number
}

export interface TraceRowOptions extends TerminalStyle {
  /** Tasks shown of a stage with more: those that failed, then those that took longest. */
  readonly tasksPerStage: number
  /** Levels of spans shown within tasks; the tasks of a stage with many show one less. */
  readonly depth: number
}

/** Lines of the tree. */
export const branches = ({ unicode }: TerminalStyle) =>
  unicode ? { tee: "├─ ", corner: "└─ ", pipe: "│  " } : { tee: "|- ", corner: "`- ", pipe: "|  " }

/** What fits into a row. */
export const firstLine = (text: string): string => harmless(text).split("\n")[0] ?? ""
