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

  /** `folder` is where the relative paths of the map start. */
  constructor(map: string, folder: string) {
    this.map = new NodeModule.SourceMap(JSON.parse(map))
    this.folder = folder
  }

  /** The position in the sources of one in the bundle, counted from 0; `undefined` for the bundler's own helpers. */
  at(line: number, column: number): SourcePosition | undefined {
    const entry = this.map.findEntry(line, column)
    // The nearest entry before may belong to another file: only one on the same line counts.
    if (!("originalSource" in entry) || entry.generatedLine !== line) return undefined
    return {
      path: resolve(this.folder, entry.originalSource),
      line: entry.originalLine + 1,
      column: entry.originalColumn + 1
    }
  }
}

/** Looks up the sources of offsets in a bundle. */
export const positionFinder = (code: string, map: SourceMap): ((offset: number) => SourcePosition | undefined) => {
  const lines = [0, ...Array.from(code.matchAll(/\n/gu), ({ index }) => index + 1)]
  return (offset) => {
    const line = lineOf(lines, offset)
    return map.at(line, offset - (lines[line] ?? 0))
  }
}

/** Index of the last line that begins at or before an offset. */
const lineOf = (lines: ReadonlyArray<number>, offset: number): number => {
  let low = 0
  let high = lines.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((lines[middle] ?? 0) <= offset) low = middle
    else high = middle - 1
  }
  return low
}

const COMMENT = "//# sourceMappingURL=data:application/json;base64,"

/** Code that carries its map along, as a comment on a last line of its own. */
export const withMap = (code: string, map: string): string =>
  `${code}${COMMENT}${Buffer.from(map).toString("base64")}\n`

/** The map that code carries; `undefined` when it carries none. */
export const mapWithin = (code: string, folder: string): SourceMap | undefined => {
  const start = code.lastIndexOf(COMMENT)
  if (start < 0) return undefined
  return new SourceMap(Buffer.from(code.slice(start + COMMENT.length).trim(), "base64").toString(), folder)
}
