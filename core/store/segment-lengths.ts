/** How far each segment of action records had been written: whatever ended the validity of a record since stands beyond. */
import { closeSync, openSync, readSync, statSync } from "node:fs"
import { join } from "node:path"
import { namesIn } from "./list-folder.ts"

/** Bytes of each segment, by its name. */
export interface SegmentLengths {
  readonly [name: string]: number
}

/** The lengths of the segments in a folder as they are now. */
export const segmentLengths = (folder: string): SegmentLengths => {
  const names = namesIn(folder).filter((name) => name.endsWith(".log"))
  return Object.fromEntries(names.map((name) => [name, statSync(join(folder, name)).size]))
}

/**
 * Whether every record that held when the lengths were taken holds still: no segment is gone or shorter, and none says of
 * any key that its record has ended. In doubt it is `false`.
 */
export const tellsNothingEnded = (folder: string, before: SegmentLengths): boolean => {
  const now = segmentLengths(folder)
  return (
    Object.entries(before).every(([name, length]) => (now[name] ?? -1) >= length) &&
    Object.entries(now).every(([name, size]) => {
      const from = before[name] ?? 0
      return size === from || !readFrom(join(folder, name), from, size).includes(FORGET)
    })
  )
}

/** How a line begins to say so; see `SegmentEntry`. */
const FORGET = '"forget":'

/** The bytes of a segment between two offsets. */
export const readFrom = (file: string, from: number, to: number): Buffer => {
  const bytes = Buffer.alloc(to - from)
  const descriptor = openSync(file, "r")
  try {
    return bytes.subarray(0, readSync(descriptor, bytes, 0, bytes.length, from))
  } finally {
    closeSync(descriptor)
  }
}
