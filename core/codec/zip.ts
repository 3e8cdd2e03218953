/** Files in a zip archive, as NumPy's `.npz` are. Source: PKWARE APPNOTE 6.3, sections 4.3.7, 4.3.12, 4.3.16. */
import { crc32, inflateRawSync } from "node:zlib"
import { attempt, type Coded } from "./CodecError.ts"

const LOCAL = { signature: 0x04034b50, length: 30 }
const ENTRY = { signature: 0x02014b50, length: 46 }
const END = { signature: 0x06054b50, length: 22 }

const STORED = 0
const DEFLATED = 8

/** The longest comment that can follow the end record. */
const MAX_COMMENT = 0xffff

/** Stands for a value that only the 64-bit extension can hold. */
const TOO_LARGE = 0xffffffff

/** The content of each file by name, in the order of the archive; stored and deflated entries of up to 4 GiB. */
export const readZip = (bytes: Uint8Array): Coded<ReadonlyMap<string, Uint8Array>> =>
  attempt("zip", () => {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const end = findEnd(view)
    const files = new Map<string, Uint8Array>()
    let at = view.getUint32(end + 16, true)
    for (let count = view.getUint16(end + 10, true); count > 0; count--) {
      const entry = readEntry(bytes, view, at)
      if (!entry.name.endsWith("/")) files.set(entry.name, contentOf(bytes, view, entry))
      at = entry.next
    }
    return files
  })

/** The end record lies before a comment of unknown length, which must reach exactly to the end. */
const findEnd = (view: DataView): number => {
  const last = view.byteLength - END.length
  for (let at = last; at >= Math.max(0, last - MAX_COMMENT); at--) {
    if (view.getUint32(at, true) === END.signature && at + view.getUint16(at + 20, true) === last) return at
  }
  throw new Error("it has no directory at its end: no zip archive, or cut off")
}

interface Entry {
  readonly name: string
  readonly method: number
  readonly checksum: number
  readonly packed: number
  readonly size: number
  /** Where the local header starts. */
  readonly header: number
  /** Where the next entry of the directory starts. */
  readonly next: number
}

const readEntry = (bytes: Uint8Array, view: DataView, at: number): Entry => {
  if (at + ENTRY.length > bytes.length || view.getUint32(at, true) !== ENTRY.signature) {
    throw new Error(`its directory is damaged at byte ${at}`)
  }
  const nameEnd = at + ENTRY.length + view.getUint16(at + 28, true)
  const name = new TextDecoder().decode(bytes.subarray(at + ENTRY.length, nameEnd))
  if (view.getUint16(at + 8, true) & 1) throw new Error(`"${name}" is encrypted`)
  const [checksum = 0, packed = 0, size = 0] = [16, 20, 24].map((offset) => view.getUint32(at + offset, true))
  const header = view.getUint32(at + 42, true)
  if ([packed, size, header].includes(TOO_LARGE)) throw new Error(`"${name}" is larger than 4 GiB`)
  const next = nameEnd + view.getUint16(at + 30, true) + view.getUint16(at + 32, true)
  return { name, method: view.getUint16(at + 10, true), checksum, packed, size, header, next }
}

const contentOf = (bytes: Uint8Array, view: DataView, entry: Entry): Uint8Array => {
  const { name, method, checksum, packed, size, header } = entry
  if (header + LOCAL.length > bytes.length || view.getUint32(header, true) !== LOCAL.signature) {
    throw new Error(`"${name}" is not at byte ${header}`)
  }
  const start = header + LOCAL.length + view.getUint16(header + 26, true) + view.getUint16(header + 28, true)
  if (start + packed > bytes.length) throw new Error(`"${name}" is cut off`)
  const content = unpack(name, method, bytes.subarray(start, start + packed), size)
  if (content.length !== size) throw new Error(`"${name}" has ${content.length} bytes, its entry says ${size}`)
  if (crc32(content) !== checksum) throw new Error(`"${name}" is damaged: its checksum differs`)
  return content
}

const unpack = (name: string, method: number, packed: Uint8Array, size: number): Uint8Array => {
  if (method === STORED) return packed
  // The limit stops an entry that would unpack to more than it says.
  if (method === DEFLATED) return inflateRawSync(packed, { maxOutputLength: Math.max(1, size) })
  throw new Error(`"${name}" is compressed by method ${method}; stored and deflated entries are read`)
}
