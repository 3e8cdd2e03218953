/**
 * Comma-separated values: numbers and text, with or without a line of names. Source: RFC 4180.
 *
 * A first line with a cell that is no number names the columns; without one they are `c0`, `c1`, ….
 */
import type { Column, Table, Tensor } from "../stage/ArtifactKind.ts"
import { attempt, type Coded } from "./CodecError.ts"
import { isHeld, notHeld } from "./whole-number.ts"

/** A tensor of rows × columns; every cell is a number. */
export const tensorFromCsv = (bytes: Uint8Array): Coded<Tensor> =>
  attempt("CSV", () => {
    const { names, records } = parse(bytes)
    const data = new Float64Array(records.length * names.length)
    for (const [row, { line, cells }] of records.entries()) {
      for (const [column, cell] of cells.entries()) {
        const value = toNumber(cell)
        if (value === undefined) throw new Error(`line ${line}, column ${column + 1}: "${cell}" is no number`)
        checkHeld(cell, value, line, column)
        data[row * names.length + column] = value
      }
    }
    return { shape: [records.length, names.length], data }
  })

/**
 * A table; a column whose cells are all numbers or empty is one of float64, with NaN for empty cells. One with a whole number
 * that begins with a zero is text: `007` is a name.
 */
export const tableFromCsv = (bytes: Uint8Array): Coded<Table> =>
  attempt("CSV", () => {
    const { names, records } = parse(bytes)
    const seen = new Set<string>()
    const twice = names.find((name) => seen.size === seen.add(name).size)
    if (twice !== undefined) throw new Error(`line 1: two columns are named "${twice}"`)
    const columns = names.map((name, column): [string, Column] => {
      const cells = records.map((record) => record.cells[column] ?? "")
      const numbers = cells.map((cell) => (cell === "" ? Number.NaN : isPadded(cell) ? undefined : toNumber(cell)))
      if (numbers.includes(undefined)) return [name, cells]
      for (const [row, { line }] of records.entries())
        checkHeld(cells[row] ?? "", numbers[row] ?? Number.NaN, line, column)
      return [name, Float64Array.from(numbers, (value) => value ?? Number.NaN)]
    })
    return { columns: Object.fromEntries(columns) }
  })

interface Record {
  /** Of its first character, from 1. */
  readonly line: number
  readonly cells: ReadonlyArray<string>
}

const parse = (
  bytes: Uint8Array
): { readonly names: ReadonlyArray<string>; readonly records: ReadonlyArray<Record> } => {
  const records = split(new TextDecoder("utf-8", { fatal: true }).decode(bytes))
  const [first] = records
  if (first === undefined) throw new Error("it is empty")
  for (const { line, cells } of records) {
    if (cells.length === first.cells.length) continue
    throw new Error(`line ${line} has ${cells.length} cells, line ${first.line} has ${first.cells.length}`)
  }
  const hasNames = first.cells.some((cell) => toNumber(cell) === undefined)
  if (hasNames) return { names: first.cells, records: records.slice(1) }
  return { names: first.cells.map((_, column) => `c${column}`), records }
}

/** Records of the text; empty lines are skipped. A quoted cell may run over several lines. */
const split = (text: string): ReadonlyArray<Record> => {
  const records: Array<Record> = []
  const lines = text.split(/\r?\n/u)
  for (let index = 0; index < lines.length; index++) {
    const line = index + 1
    let content = lines[index] ?? ""
    for (let isOpen = hasOpenQuote(content); isOpen; ) {
      const next = lines[++index]
      if (next === undefined) throw new Error(`line ${line}: a quote is not closed`)
      content += `\n${next}`
      // What stood before is not looked at again.
      isOpen = !hasOpenQuote(next)
    }
    if (content.trim() !== "") records.push({ line, cells: cellsOf(content, line) })
  }
  return records
}

const hasOpenQuote = (content: string): boolean => content.includes('"') && content.split('"').length % 2 === 0

const cellsOf = (content: string, line: number): ReadonlyArray<string> => {
  if (!content.includes('"')) return content.split(",").map((cell) => cell.trim())
  const cells: Array<string> = []
  const cell = /\s*(?:"(?<quoted>(?:[^"]|"")*)"\s*|(?<bare>[^",]*))(?:,|$)/uy
  while (true) {
    const at = cell.lastIndex
    const match = cell.exec(content)
    if (match === null)
      throw new Error(`line ${line}, character ${at + 1}: a quote is within a cell that is not quoted`)
    const { quoted, bare } = match.groups ?? {}
    cells.push(quoted?.replaceAll('""', '"') ?? bare?.trim() ?? "")
    if (!match[0].endsWith(",")) return cells
  }
}

const isPadded = (cell: string): boolean => /^[+-]?0\d+$/u.test(cell)

/** Raises where float64 would make another number of a cell: another whole one, or infinity of digits. */
const checkHeld = (cell: string, value: number, line: number, column: number): void => {
  const isOther = /^[+-]?\d+$/u.test(cell)
    ? !isHeld(cell)
    : Math.abs(value) === Number.POSITIVE_INFINITY && /\d/u.test(cell)
  if (isOther) throw new Error(`line ${line}, column ${column + 1}: ${notHeld(cell)}`)
}

/** What NumPy and pandas write for numbers; undefined for anything else. */
const toNumber = (cell: string): number | undefined => {
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/iu.test(cell)) return Number(cell)
  const special = /^(?<sign>[+-]?)(?<word>nan|inf(?:inity)?)$/iu.exec(cell)?.groups
  if (special === undefined) return undefined
  if (special["word"]?.toLowerCase() === "nan") return Number.NaN
  return special["sign"] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
}
