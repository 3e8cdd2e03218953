/** What commands print: answers to standard output, tables in columns, JSON for programs. */
import { writeSync } from "node:fs"
import { escapeUnseen, withoutUnseen } from "../document/unseen-characters.ts"

/** Prints an answer. Synchronous, so that nothing is lost when the process ends, and quiet when the reader has gone. */
export const print = (text: string): void => write(1, `${shown(text)}\n`)

/** Prints a complaint or a remark. */
export const printError = (text: string): void => write(2, `${shown(text)}\n`)

/**
 * Prints a value as one JSON document; characters that nobody sees are escaped, so that it means the same. A metric that
 * diverged is a text, for JSON has no such numbers: `"NaN"`.
 */
export const printJson = (value: unknown): void => print(escapeUnseen(JSON.stringify(value, finiteOrText, 2)))

const finiteOrText = (_: string, value: unknown): unknown =>
  typeof value === "number" && !Number.isFinite(value) ? String(value) : value

/** Colours and weights, as the program itself sets them: nothing else that a terminal obeys. */
const ESCAPE = "\u001b"
const STYLE = new RegExp(`(${ESCAPE}\\[\\d{0,2}m)`, "u")

/** Names, messages and logs come from files and from stages: none of them may move the cursor or turn the text around. */
const shown = (text: string): string =>
  text
    .split(STYLE)
    .map((part, index) => (index % 2 === 1 ? part : withoutUnseen(part, "\n\t")))
    .join("")

const write = (descriptor: 1 | 2, text: string): void => {
  const bytes = Buffer.from(text)
  let at = 0
  while (at < bytes.length) {
    try {
      at += writeSync(descriptor, bytes, at)
    } catch (cause) {
      const code = cause instanceof Error && "code" in cause ? cause.code : undefined
      if (code === "EPIPE") return
      // A pipe that is full for the moment.
      if (code !== "EAGAIN") throw cause
    }
  }
}

/** Rows in columns of equal width, the columns that `right` names flush right. */
export const table = (rows: ReadonlyArray<ReadonlyArray<string>>, right: ReadonlySet<number> = new Set()): string => {
  const widths: Array<number> = []
  for (const row of rows)
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, cell.length)
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          right.has(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)
        )
        .join("  ")
        .trimEnd()
    )
    .join("\n")
}
