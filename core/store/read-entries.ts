/** The lines of a segment. */
import { type ReadLines, readLines } from "./checked-lines.ts"
import type { SegmentEntry } from "./IndexTables.ts"

/** Reads whole lines that are as they were written. Their checksums hold, so this program wrote them, or one like it. */
export const readEntries = (bytes: Uint8Array): ReadLines<SegmentEntry> => readLines(bytes) as ReadLines<SegmentEntry>
