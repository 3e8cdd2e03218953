/** Lines of JSON with a checksum: what is appended to logs, and read back past whatever a crash left. */
import { crc32 } from "node:zlib"

const PREFIX = '{"crc":"00000000",'.length

/** The line of a JSON object, without its line break. The object must have a field. */
export const encodeLine = (value: object): string => {
  const body = JSON.stringify(value).slice(1)
  return `{"crc":"${checksum(body)}",${body}`
}

/** The object of a line; `undefined` when the line is not as it was written. */
export const decodeLine = (line: string): unknown => {
  const body = line.slice(PREFIX)
  if (!line.startsWith('{"crc":"') || line.slice(8, 16) !== checksum(body)) return undefined
  return JSON.parse(`{${body}`)
}

const checksum = (text: string): string => crc32(text).toString(16).padStart(8, "0")

/** What a log holds. */
export interface ReadLines {
  readonly values: ReadonlyArray<unknown>
  /** Bytes up to the end of the last whole line. */
  readonly length: number
  /** Whole lines whose checksum is wrong. */
  readonly damaged: number
}

/** Reads whole lines; a last line without its break was being written when its writer died, or still is. */
export const readLines = (bytes: Uint8Array): ReadLines => {
  const length = bytes.lastIndexOf(0x0a) + 1
  const values: Array<unknown> = []
  let damaged = 0
  for (const line of new TextDecoder().decode(bytes.subarray(0, length)).split("\n")) {
    if (line === "") continue
    const value = decodeLine(line)
    if (value === undefined) damaged++
    else values.push(value)
  }
  return { values, length, damaged }
}
