/** The file of a run's spans, beside its journal: checksummed lines as that has, made with the first of them. */
import { existsSync, fsyncSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { isRecord } from "../document/is-record.ts"
import { CheckedLog } from "../store/CheckedLog.ts"
import { readLines } from "../store/checked-lines.ts"
import { syncPath } from "../store/place-synced.ts"
import type { SpanBatch } from "./KeptSpan.ts"
import { FILES, type RunFolder } from "./RunFolder.ts"

interface SpanLine {
  readonly sequence: number
  readonly batch: SpanBatch
}

/** Whether spans are to be made beyond those that the journal tells: not where `OTEL_SDK_DISABLED` turns all tracing off. */
export const wantsSpans = (environment: { readonly [name: string]: string | undefined }): boolean =>
  environment["OTEL_SDK_DISABLED"]?.trim().toLowerCase() !== "true"

/** Spans explain a run and are no part of its results: a disk that does not take them costs them, and nothing else. */
export class SpanLog {
  private readonly folder: RunFolder
  private log: CheckedLog | undefined
  private sequence = 0
  private isRefused = false

  constructor(folder: RunFolder) {
    this.folder = folder
  }

  /** Keeps a batch; it outlives this process when the turn of the loop is over, and the machine when the log is closed. */
  keep(batch: SpanBatch): void {
    this.opened()?.appendThisTurn({ sequence: this.sequence++, batch } satisfies SpanLine)
  }

  /** Does not throw. */
  close(): void {
    if (this.log === undefined) return
    this.log.close()
    try {
      syncPath(this.folder.path, fsyncSync)
    } catch {
      // The file is there as long as the machine runs.
    }
  }

  private opened(): CheckedLog | undefined {
    if (this.log !== undefined || this.isRefused) return this.log
    try {
      this.log = new CheckedLog(join(this.folder.path, FILES.spans))
    } catch {
      this.isRefused = true
    }
    return this.log
  }
}

/** What a run has kept of its spans. */
export interface KeptSpans {
  readonly batches: ReadonlyArray<SpanBatch>
  /** Lines that are not as they were written, or missing before the last; a torn last one is neither. */
  readonly lost: number
}

/** Reads the spans of a run, which may be going on. Throws what the disk throws. */
export const readSpans = ({ path }: RunFolder): KeptSpans => {
  const file = join(path, FILES.spans)
  if (!existsSync(file)) return { batches: [], lost: 0 }
  const { lines, damaged } = readLines(readFileSync(file))
  const found = lines.flatMap(({ value }) => (isSpanLine(value) ? [value] : []))
  const last = found.at(-1)?.sequence ?? -1
  return { batches: found.map(({ batch }) => batch), lost: Math.max(damaged, last + 1 - found.length) }
}

const isSpanLine = (value: unknown): value is SpanLine =>
  isRecord(value) && Number.isSafeInteger(value["sequence"]) && isRecord(value["batch"])
