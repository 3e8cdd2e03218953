/**
 * Tables as Arrow IPC files. Source: Apache Arrow, columnar format 1.5.
 *
 * Written: one record batch, columns in order, Float64, Int32 or Utf8, no nulls, no compression.
 */
import {
  type Column as ArrowColumn,
  type Batch,
  columnFromArray,
  float64,
  int32,
  Type,
  tableFromColumns,
  tableFromIPC,
  tableToIPC,
  utf8
} from "@uwdata/flechette"
import { Result } from "effect"
import type { Column, Table } from "../stage/ArtifactKind.ts"
import { checkArrowLayout } from "./arrow-layout.ts"
import { attempt, CodecError, type Coded, refuse } from "./CodecError.ts"

/** UTF-16 units of a text column at most: its UTF-8 has three bytes for one at worst, and offsets have 31 bits. */
const MAX_TEXT = Math.floor(2 ** 31 / 3)

/** The bytes of an Arrow file. */
export const encodeArrow = ({ columns }: Table): Coded<Uint8Array> => {
  const entries = Object.entries(columns)
  for (const [name, column] of entries) {
    const length = textLength(column)
    if (length > MAX_TEXT) {
      return refuse("Table", `column "${name}" has ${length} characters, a column of text holds ${MAX_TEXT}`)
    }
  }
  return attempt("Table", () => {
    const table = tableFromColumns(entries.map(([name, column]) => [name, toArrow(column)]))
    const bytes = tableToIPC(table, { format: "file" })
    if (bytes === null) throw new Error("the table could not be written")
    return bytes
  })
}

const textLength = (column: Column): number =>
  Array.isArray(column) ? column.reduce<number>((sum, text: string) => sum + text.length, 0) : 0

const toArrow = (column: Column) => {
  if (column instanceof Float64Array)
    return column.length === 0 ? columnFromArray([], float64()) : columnFromArray(column)
  if (column instanceof Int32Array) return column.length === 0 ? columnFromArray([], int32()) : columnFromArray(column)
  return columnFromArray([...column], utf8())
}

/** Reads an Arrow file or stream of flat columns; numbers of other types, and numbers with nulls, become float64. */
export const decodeArrow = (bytes: Uint8Array): Coded<Table> =>
  Result.mapError(
    attempt("Arrow", () => readTable(bytes)),
    (error) =>
      /^(?:Offset is outside|Invalid typed array|Cannot read)/u.test(error.reason)
        ? new CodecError({ format: "Arrow", reason: "the file is damaged" })
        : error
  )

const readTable = (bytes: Uint8Array): Table => {
  checkArrowLayout(bytes)
  // The reader views the buffer in place, which needs its alignment.
  const table = tableFromIPC(bytes.byteOffset % 8 === 0 ? bytes : new Uint8Array(bytes))
  const columns = new Map<string, Column>()
  for (const [index, name] of table.names.entries()) {
    if (columns.has(name)) throw new Error(`two columns are named "${name}"`)
    columns.set(name, toColumn(name, table.getChildAt(index)))
  }
  return { columns: Object.fromEntries(columns) }
}

const toColumn = (name: string, column: ArrowColumn<unknown>): Column => {
  for (const batch of column.data) checkBatch(name, batch)
  const values: ArrayLike<unknown> = column.toArray()
  if (values instanceof Float64Array || values instanceof Int32Array) return values
  const items = Array.from(values)
  const { type } = column
  const element = type.typeId === Type.Dictionary ? type.dictionary : type
  if (element.typeId === Type.Utf8 || element.typeId === Type.LargeUtf8 || element.typeId === Type.Utf8View) {
    const row = items.findIndex((item) => typeof item !== "string")
    if (row !== -1) throw new Error(`column "${name}" has no text in row ${row}`)
    return items as ReadonlyArray<string>
  }
  return Float64Array.from(items, (item, row) => {
    if (item === null) return Number.NaN
    if (typeof item === "number" || typeof item === "boolean") return Number(item)
    throw new Error(`column "${name}" has no number in row ${row}`)
  })
}

/** Whether a column's buffers are as long as its rows need. */
const checkBatch = (name: string, batch: Batch<unknown>): void => {
  const { length, nullCount, offsets, values, validity } = batch
  const damaged = new Error(`column "${name}" is damaged`)
  if (nullCount > 0 && (validity?.length ?? 0) * 8 < length) throw damaged
  if (offsets === undefined) {
    const perValue = batch.type.typeId === Type.Bool ? 8 : batch.type.typeId === Type.Utf8View ? 1 / 16 : 1
    if ((values?.length ?? 0) * perValue < length) throw damaged
  } else {
    if (offsets.length <= length || Number(offsets[length]) > (values?.length ?? 0)) throw damaged
    for (let row = 0; row < length; row++) if (offsets[row]! > offsets[row + 1]!) throw damaged
  }
  if ("dictionary" in batch)
    for (const inner of (batch.dictionary as ArrowColumn<unknown>).data) checkBatch(name, inner)
}
