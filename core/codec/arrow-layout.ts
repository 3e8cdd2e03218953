/**
 * Checks the structure of an Arrow file or stream before its reader follows it: every count and offset must lie within
 * the bytes, or a damaged file could keep the reader busy forever.
 *
 * Slots and layouts: apache/arrow, `format/Message.fbs`, `Schema.fbs`, `File.fbs`; flatbuffers, internals.
 */
import { Type } from "@uwdata/flechette"

const MAGIC = "ARROW1"
const CONTINUATION = -1
const MESSAGE = { schema: 1, dictionary: 2, batch: 3 } as const

/** Types without children: numbers and texts. */
const FLAT: ReadonlySet<number> = new Set([Type.Int, Type.Float, Type.Bool, Type.Utf8, Type.LargeUtf8, Type.Utf8View])

/** Throws an `Error` that says what is wrong. */
export const checkArrowLayout = (bytes: Uint8Array): void => {
  if (startsWithMagic(bytes)) checkFile(bytes)
  else checkStream(bytes)
}

const startsWithMagic = (bytes: Uint8Array): boolean =>
  new TextDecoder("latin1").decode(bytes.subarray(0, MAGIC.length)) === MAGIC

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

const checkFile = (bytes: Uint8Array): void => {
  const end = bytes.length - MAGIC.length
  if (end < MAGIC.length + 4 || !startsWithMagic(bytes.subarray(end))) throw new Error("the file is cut off")
  const view = viewOf(bytes)
  const footer = tableAt(view, end - 4 - view.getInt32(end - 4, true))
  checkSchema(view, slot(view, footer, 6))
  for (const [number, type] of [
    [8, MESSAGE.dictionary],
    [10, MESSAGE.batch]
  ] as const) {
    for (const block of vector(view, slot(view, footer, number), 24)) {
      checkMessage(bytes, integer(view, block), type)
    }
  }
  vector(view, slot(view, footer, 12), 4)
}

const checkStream = (bytes: Uint8Array): void => {
  if (bytes.length < 8) throw new Error("it is neither an Arrow file nor a stream")
  let at = 0
  // The end of the bytes ends a stream as well as its mark does.
  while (at < bytes.length) {
    const next = checkMessage(bytes, at, at === 0 ? MESSAGE.schema : undefined)
    if (next === undefined) return
    at = next
  }
}

/** Where the next message starts; undefined at the end of a stream. */
const checkMessage = (bytes: Uint8Array, start: number, expected: number | undefined): number | undefined => {
  const prefix = viewOf(bytes)
  const isLong = prefix.getInt32(start, true) === CONTINUATION
  const length = prefix.getInt32(isLong ? start + 4 : start, true)
  if (length === 0 && expected === undefined) return undefined
  const from = start + (isLong ? 8 : 4)
  if (length <= 0 || from + length > bytes.length) throw new Error(`the message at byte ${start} is damaged`)
  const view = viewOf(bytes.subarray(from, from + length))
  const message = tableAt(view, 0)
  const type = view.getUint8(slot(view, message, 6))
  const bodyLength = numberAt(view, slot(view, message, 10))
  if (expected !== undefined && type !== expected) throw new Error(`the message at byte ${start} has type ${type}`)
  if (from + length + bodyLength > bytes.length) throw new Error(`the data at byte ${from + length} is cut off`)
  const header = slot(view, message, 8)
  if (type === MESSAGE.schema) checkSchema(view, header)
  else if (type === MESSAGE.batch) checkBatch(view, tableAt(view, header), bodyLength)
  else if (type === MESSAGE.dictionary) {
    checkBatch(view, tableAt(view, slot(view, tableAt(view, header), 6)), bodyLength)
  } else throw new Error(`the message at byte ${start} has the unknown type ${type}`)
  return from + length + bodyLength
}

const checkSchema = (view: DataView, at: number): void => {
  const schema = tableAt(view, at)
  const endianness = slot(view, schema, 4)
  if (endianness !== 0 && view.getInt16(endianness, true) !== 0) throw new Error("its numbers are big-endian")
  for (const item of vector(view, slot(view, schema, 6), 4)) {
    const field = tableAt(view, item)
    const type = view.getUint8(slot(view, field, 8))
    if (!FLAT.has(type) || vector(view, slot(view, field, 14), 4).length > 0) {
      const name = Object.entries(Type).find(([, id]) => id === type)?.[0] ?? "unknown"
      throw new Error(`column "${textAt(view, slot(view, field, 4))}" has the type ${name}; numbers and text are read`)
    }
    vector(view, slot(view, field, 16), 4)
  }
  vector(view, slot(view, schema, 8), 4)
}

const checkBatch = (view: DataView, batch: number, bodyLength: number): void => {
  if (slot(view, batch, 10) !== 0) throw new Error("it is compressed; write it without compression")
  const rows = numberAt(view, slot(view, batch, 4))
  // A row takes a bit at least.
  if (rows > bodyLength * 8) throw new Error(`${rows} rows do not fit into ${bodyLength} bytes`)
  for (const node of vector(view, slot(view, batch, 6), 16)) {
    if (integer(view, node) !== rows) throw new Error(`a column has ${integer(view, node)} rows, its batch ${rows}`)
  }
  const buffers = vector(view, slot(view, batch, 8), 16)
  for (const buffer of buffers) {
    const end = integer(view, buffer) + integer(view, buffer + 8)
    if (end > bodyLength) throw new Error(`a buffer ends at byte ${end} of ${bodyLength}`)
  }
  for (const count of vector(view, slot(view, batch, 12), 8)) {
    if (integer(view, count) > buffers.length) throw new Error("a column has more buffers than there are")
  }
}

/** The table that an offset leads to. */
const tableAt = (view: DataView, at: number): number => {
  if (at === 0 && view.byteLength < 8) throw new Error("a table is missing")
  return at + view.getInt32(at, true)
}

/** Where a table has its field of a slot; 0 when it has none. */
const slot = (view: DataView, table: number, number: number): number => {
  const names = table - view.getInt32(table, true)
  const offset = number < view.getInt16(names, true) ? view.getInt16(names + number, true) : 0
  if (offset < 0) throw new Error("a table is damaged")
  return offset === 0 ? 0 : table + offset
}

/** Where the items of a vector lie. */
const vector = (view: DataView, at: number, stride: number): ReadonlyArray<number> => {
  if (at === 0) return []
  const start = at + view.getInt32(at, true)
  const length = view.getInt32(start, true)
  if (length < 0 || start + 4 + length * stride > view.byteLength) throw new Error(`a list of ${length} is cut off`)
  return Array.from({ length }, (_, index) => start + 4 + index * stride)
}

/** A 64-bit integer that is a count or an offset. */
const integer = (view: DataView, at: number): number => {
  const value = view.getBigInt64(at, true)
  if (value < 0n || value > BigInt(Number.MAX_SAFE_INTEGER)) throw new Error(`${value} is no count`)
  return Number(value)
}

const numberAt = (view: DataView, at: number): number => (at === 0 ? 0 : integer(view, at))

const textAt = (view: DataView, at: number): string => {
  if (at === 0) return ""
  const start = at + view.getInt32(at, true)
  const bytes = new Uint8Array(view.buffer, view.byteOffset + start + 4, Math.min(80, view.getInt32(start, true)))
  return new TextDecoder().decode(bytes)
}
