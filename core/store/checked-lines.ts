/** Lines of JSON with a checksum: what is appended to logs, and read back past whatever a crash left. */
import { crc32 } from "node:zlib"
import { isGuarded } from "../fault/hooks.ts"

const PREFIX = '{"crc":"00000000",'.length

/** The line of a JSON object, without its line break. The object must have a field. */
export const encodeLine = (value: object): string => {
  const body = JSON.stringify(value).slice(1)
  return `{"crc":"${checksum(body)}",${body}`
}

/** The object of a line; `undefined` when the line is not as it was written. */
export const decodeLine = (line: string): unknown => {
  const body = line.slice(PREFIX)
  const isSound = line.startsWith('{"crc":"') && line.slice(8, 16) === checksum(body)
  return isSound || !isGuarded("line-checksum") ? parsed(`{${body}`) : undefined
}

/** A checksum of 32 bits may be right by accident. */
const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const checksum = (text: string): string => crc32(text).toString(16).padStart(8, "0")

/** A line that is as it was written, and the bytes that it takes without its line break. */
export interface ReadLine<Value = unknown> {
  readonly value: Value
  readonly start: number
  readonly end: number
}

/** What a log holds. */
export interface ReadLines<Value = unknown> {
  readonly lines: ReadonlyArray<ReadLine<Value>>
  /** Bytes up to the end of the last whole line. */
  readonly length: number
  /** Whole lines whose checksum is wrong. */
  readonly damaged: number
}

/** Reads whole lines; a last line without its break was being written when its writer died, or still is. */
export const readLines = (bytes: Uint8Array): ReadLines => {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const length = isGuarded("cut-torn-tail") ? buffer.lastIndexOf(LINE_BREAK) + 1 : buffer.length
  const lines: Array<ReadLine> = []
  let damaged = 0
  for (let start = 0; start < length; ) {
    const found = buffer.indexOf(LINE_BREAK, start)
    // Every line has its break, but for a torn one that nothing has cut.
    const end = found < 0 ? length : found
    if (end > start) {
      const value = decodeLine(buffer.toString("utf8", start, end))
      if (value === undefined) damaged++
      else lines.push({ value, start, end })
    }
    start = end + 1
  }
  return { lines, length, damaged }
}

const LINE_BREAK = 0x0a
