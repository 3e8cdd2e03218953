/** Files in a zip archive, as NumPy's `.npz` are. Source: PKWARE APPNOTE 6.3, sections 4.3.7, 4.3.12, 4.3.16. */
import { inflateRawSync } from "node:zlib"
import { attempt, type Coded } from "./CodecError.ts"

const END_SIGNATURE = 0x06054b50
const ENTRY_SIGNATURE = 0x02014b50
const STORED = 0
const DEFLATED = 8

/** The content of each file by name; stored and deflated entries. */
export const readZip = (bytes: Uint8Array): Coded<ReadonlyMap<string, Uint8Array>> =>
  attempt("zip", () => {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    let end = bytes.length - 22
    while (end >= 0 && view.getUint32(end, true) !== END_SIGNATURE) end--
    if (end < 0) throw new Error("it has no directory at its end")
    const files = new Map<string, Uint8Array>()
    let at = view.getUint32(end + 16, true)
    for (let entry = view.getUint16(end + 10, true); entry > 0; entry--) {
      if (view.getUint32(at, true) !== ENTRY_SIGNATURE) throw new Error("its directory is damaged")
      const [nameLength, extraLength, commentLength] = [28, 30, 32].map((offset) => view.getUint16(at + offset, true))
      const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + (nameLength ?? 0)))
      files.set(name, readEntry(bytes, view, at, name))
      at += 46 + (nameLength ?? 0) + (extraLength ?? 0) + (commentLength ?? 0)
    }
    return files
  })

const readEntry = (bytes: Uint8Array, view: DataView, entry: number, name: string): Uint8Array => {
  const method = view.getUint16(entry + 10, true)
  const size = view.getUint32(entry + 20, true)
  const header = view.getUint32(entry + 42, true)
  const start = header + 30 + view.getUint16(header + 26, true) + view.getUint16(header + 28, true)
  const content = bytes.subarray(start, start + size)
  if (method === STORED) return content
  if (method === DEFLATED) return inflateRawSync(content)
  throw new Error(`"${name}" is compressed by the unknown method ${method}`)
}
