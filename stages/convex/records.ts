/** Records of a course, one after the other, as a table of numbers and back. */
import type { Table } from "athanor/stage"

/** A column for each field, a row for each record. */
export const tableOf = <const F extends string>(
  fields: ReadonlyArray<F>,
  records: ReadonlyArray<{ readonly [field in F]: number }>
): Table => ({
  columns: Object.fromEntries(
    fields.map((field) => [field, Float64Array.from(records, (record) => record[field])] as const)
  )
})

/** The records of a table that `tableOf` has made. */
export const recordsOf = <const F extends string>(
  fields: ReadonlyArray<F>,
  { columns }: Table
): Array<{ readonly [field in F]: number }> =>
  Array.from(
    { length: columns[fields[0]!]?.length ?? 0 },
    (_, row) =>
      Object.fromEntries(fields.map((field) => [field, Number(columns[field]?.[row])])) as {
        readonly [field in F]: number
      }
  )
