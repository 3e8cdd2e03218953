/** Zip archives written by hand, from PKWARE APPNOTE 6.3, sections 4.3.7, 4.3.12 and 4.3.16. */
import { crc32, deflateRawSync } from "node:zlib"

interface Options {
  readonly isDeflated?: boolean
  readonly comment?: string
  /** Length of an extra field in the local header, as NumPy writes one. */
  readonly extra?: number
}

const fields = (...values: ReadonlyArray<readonly [bytes: 2 | 4, value: number]>): Buffer =>
  Buffer.concat(
    values.map(([bytes, value]) => {
      const field = Buffer.alloc(bytes)
      field.writeUIntLE(value, 0, bytes)
      return field
    })
  )

/** The bytes of an archive with these files. */
export const zipOf = (files: { readonly [name: string]: Uint8Array }, options: Options = {}): Uint8Array => {
  const method = options.isDeflated === true ? 8 : 0
  const extra = Buffer.alloc(options.extra ?? 0)
  const comment = Buffer.from(options.comment ?? "")
  const parts: Array<Buffer> = []
  const directory: Array<Buffer> = []
  let offset = 0
  for (const [name, content] of Object.entries(files)) {
    const packed = method === 8 ? deflateRawSync(content) : Buffer.from(content)
    const path = Buffer.from(name)
    const common = [
      [2, 0],
      [2, method],
      [4, 0],
      [4, crc32(content)],
      [4, packed.length],
      [4, content.length],
      [2, path.length]
    ] as const
    const local = Buffer.concat([fields([4, 0x04034b50], [2, 20], ...common, [2, extra.length]), path, extra, packed])
    parts.push(local)
    const head = fields(
      [4, 0x02014b50],
      [2, 20],
      [2, 20],
      ...common,
      [2, 0],
      [2, 0],
      [2, 0],
      [2, 0],
      [4, 0],
      [4, offset]
    )
    directory.push(Buffer.concat([head, path]))
    offset += local.length
  }
  const listed = Buffer.concat(directory)
  const count = directory.length
  const end = fields([4, 0x06054b50], [2, 0], [2, 0], [2, count], [2, count], [4, listed.length], [4, offset])
  return new Uint8Array(Buffer.concat([...parts, listed, end, fields([2, comment.length]), comment]))
}
