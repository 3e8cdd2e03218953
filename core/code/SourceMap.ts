/** Leads from a bundle back to the files that it was made from. */
import * as NodeModule from "node:module"
import { resolve } from "node:path"

/** A position in a source file; line and column count from 1. */
export interface SourcePosition {
  /** Absolute path. */
  readonly path: string
  readonly line: number
  readonly column: number
}

export class SourceMap {
  private readonly map: NodeModule.SourceMap
  private readonly folder: string
  /** Offset of the beginning of each line. */
  private readonly lines: ReadonlyArray<number>

  /** `folder` is where the relative paths of the map start. */
  constructor(code: string, map: string, folder: string) {
    this.map = new NodeModule.SourceMap(JSON.parse(map))
    this.folder = folder
    this.lines = [0, ...Array.from(code.matchAll(/\n/gu), ({ index }) => index + 1)]
  }

  /** The position in the sources of an offset in the bundle; `undefined` for the bundler's own helpers. */
  find(offset: number): SourcePosition | undefined {
    const line = this.lineOf(offset)
    const entry = this.map.findEntry(line, offset - (this.lines[line] ?? 0))
    // The nearest entry before may belong to another file: only one on the same line counts.
    if (!("originalSource" in entry) || entry.generatedLine !== line) return undefined
    return {
      path: resolve(this.folder, entry.originalSource),
      line: entry.originalLine + 1,
      column: entry.originalColumn + 1
    }
  }

  /** Index of the last line that begins at or before an offset. */
  private lineOf(offset: number): number {
    let low = 0
    let high = this.lines.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.lines[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    return low
  }
}
