/** A stage's code cannot be used: it does not build, escapes the bundler, or is no stage type. */
import { relative } from "node:path"
import process from "node:process"
import { Data } from "effect"
import type { SourcePosition } from "./SourceMap.ts"

/** A place in a source file; line and column count from 1. */
export interface CodePlace {
  readonly file: string
  readonly line: number
  readonly column: number
}

export class CodeError extends Data.TaggedError("CodeError")<{
  readonly file: string
  readonly problems: ReadonlyArray<{ readonly place: CodePlace | undefined; readonly text: string }>
}> {
  override get message(): string {
    return this.lines.join("\n")
  }
  /** One for each problem. */
  get lines(): ReadonlyArray<string> {
    return this.problems.map(({ place, text }) =>
      place === undefined ? text : `${place.file}:${place.line}:${place.column} ${text}`
    )
  }
}

/** One problem without a place. */
export const codeError = (file: string, text: string): CodeError =>
  new CodeError({ file, problems: [{ place: undefined, text }] })

/** A position as people read it: from the folder that they are in. */
export const placeOf = (position: SourcePosition | undefined): CodePlace | undefined =>
  position && { file: relative(process.cwd(), position.path), line: position.line, column: position.column }
