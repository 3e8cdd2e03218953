/** As much of a terminal as the progress uses: enough to see what a person would see. */
import type { ProgressStream } from "../../../core/observe/LiveArea.ts"

export class VirtualTerminal implements ProgressStream {
  readonly isTTY = true
  columns: number
  readonly rows: number
  /** Everything that was ever visible, from the top; the last `rows` lines are the screen. */
  private lines: Array<string> = [""]
  private row = 0
  private column = 0
  private wraps = true
  isCursorShown = true
  writes = 0

  constructor(columns: number, rows: number) {
    this.columns = columns
    this.rows = rows
  }

  readonly write = (text: string): void => {
    this.writes++
    for (const piece of text.split(/(?=\p{Cc})/u)) this.read(piece)
  }

  /** Lines without the blanks at their ends. */
  get text(): ReadonlyArray<string> {
    return this.lines.map((line) => line.trimEnd())
  }

  /** Makes the window narrower, breaking the lines that are too long, as most terminals do. */
  narrow(columns: number): void {
    const broken = this.lines.map((line) => {
      const characters = [...line.trimEnd()]
      const parts = Array.from({ length: Math.max(1, Math.ceil(characters.length / columns)) }, (_, n) =>
        characters.slice(n * columns, (n + 1) * columns).join("")
      )
      return parts
    })
    this.row = broken.slice(0, this.row + 1).flat().length - 1
    this.column = Math.min(this.column, columns - 1)
    this.lines = broken.flat()
    this.columns = columns
  }

  /** Reads a piece that has a control character at its start, or none. */
  private read(piece: string): void {
    const sequence = /^\p{Cc}\[(?<args>[?0-9;]*)(?<name>[A-Za-z])/u.exec(piece)
    if (sequence !== null) this.obey(sequence.groups?.["name"] ?? "", sequence.groups?.["args"] ?? "")
    else if (piece.startsWith("\n")) this.feed()
    else if (piece.startsWith("\r")) this.column = 0
    else if (/^\p{Cc}/u.test(piece)) throw new Error(`a control character came through: ${JSON.stringify(piece)}`)
    for (const character of piece.slice(sequence?.[0].length ?? 0).replace(/^[\n\r]/u, "")) this.put(character)
  }

  private obey(name: string, args: string): void {
    if (name === "A") this.row = Math.max(this.lines.length - this.rows, this.row - Number(args || 1), 0)
    else if (name === "K") this.lines[this.row] = [...(this.lines[this.row] ?? "")].slice(0, this.column).join("")
    else if (name === "J") {
      this.obey("K", "")
      this.lines.length = this.row + 1
    } else if (args === "?25") this.isCursorShown = name === "h"
    else if (args === "?7") this.wraps = name === "h"
    else if (name !== "m" && args !== "?2026") throw new Error(`unknown sequence ${args}${name}`)
  }

  private feed(): void {
    this.row++
    this.column = 0
    if (this.row === this.lines.length) this.lines.push("")
  }

  private put(character: string): void {
    if (this.column === this.columns) {
      if (this.wraps) this.feed()
      else this.column--
    }
    const line = [...(this.lines[this.row] ?? "")]
    while (line.length < this.column) line.push(" ")
    line[this.column++] = character
    this.lines[this.row] = line.join("")
  }
}
