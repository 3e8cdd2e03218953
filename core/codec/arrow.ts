/** Tables as Arrow IPC files. */
import { columnFromArray, float64, int32, tableFromColumns, tableFromIPC, tableToIPC, utf8 } from "@uwdata/flechette"
import { Result } from "effect"
import type { Column, Table } from "../stage/ArtifactKind.ts"
import { attempt, type Coded, refuse } from "./CodecError.ts"

/** The bytes of an Arrow file. */
export const encodeArrow = ({ columns }: Table): Coded<Uint8Array> =>
  Result.gen(function* () {
    const entries = Object.entries(columns)
    const lengths = new Set(entries.map(([, column]) => column.length))
    if (lengths.size > 1) {
      const shown = entries.map(([name, column]) => `${name}: ${column.length}`).join(", ")
      return yield* refuse("Table", `its columns differ in length (${shown})`)
    }
    return yield* attempt("Table", () => {
      const table = tableFromColumns(
        entries.map(
          ([name, column]) => [name, columnFromArray(Array.from<number | string>(column), typeOf(column))] as const
        )
      )
      const bytes = tableToIPC(table, { format: "file" })
      if (bytes === null) throw new Error("the table could not be written")
      return bytes
    })
  })

const typeOf = (column: Column) => {
  if (column instanceof Float64Array) return float64()
  return column instanceof Int32Array ? int32() : utf8()
}

/** Reads an Arrow file or stream; columns of other numbers become float64. */
export const decodeArrow = (bytes: Uint8Array): Coded<Table> =>
  attempt("Arrow", () => {
    // The reader views the buffer in place, which needs its alignment.
    const table = tableFromIPC(bytes.slice())
    const columns: Record<string, Column> = {}
    for (const [index, name] of table.names.entries()) {
      const values = table.getChildAt(index).toArray()
      columns[name] = toColumn(name, values)
    }
    return { columns }
  })

const toColumn = (name: string, values: ArrayLike<unknown>): Column => {
  if (values instanceof Float64Array || values instanceof Int32Array) return values
  const items = Array.from(values)
  if (items.every((item) => typeof item === "string")) return items
  return Float64Array.from(items, (item) => {
    if (typeof item === "number") return item
    if (typeof item === "bigint") return Number(item)
    throw new Error(`column "${name}" holds neither numbers nor text`)
  })
}
