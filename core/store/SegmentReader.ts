/** Reads single records out of segments. */
import { closeSync, openSync, readSync } from "node:fs"
import { join } from "node:path"
import { decodeLine } from "./checked-lines.ts"
import type { BareRecord } from "./IndexTables.ts"

/** Segments kept open at once. */
const MOST_OPEN = 64

export class SegmentReader {
  private readonly folder: string
  /** Descriptors by name, the one used longest ago first. */
  private readonly open = new Map<string, number>()

  constructor(folder: string) {
    this.folder = folder
  }

  /** The record whose line stands between two offsets. Throws where there is none, or not as it was written. */
  read(segment: string, start: number, end: number): { readonly record: BareRecord } {
    const bytes = Buffer.allocUnsafe(end - start)
    const length = readSync(this.descriptorOf(segment), bytes, 0, bytes.length, start)
    const entry = length === bytes.length ? decodeLine(bytes.toString()) : undefined
    if (!isRecordEntry(entry)) throw new Error(`${segment} has no record at byte ${start}`)
    return entry
  }

  close(): void {
    for (const descriptor of this.open.values()) closeSync(descriptor)
    this.open.clear()
  }

  private descriptorOf(segment: string): number {
    const descriptor = this.open.get(segment) ?? openSync(join(this.folder, segment), "r")
    this.open.delete(segment)
    this.open.set(segment, descriptor)
    const [oldest] = this.open
    if (oldest !== undefined && this.open.size > MOST_OPEN) {
      closeSync(oldest[1])
      this.open.delete(oldest[0])
    }
    return descriptor
  }
}

const isRecordEntry = (entry: unknown): entry is { readonly record: BareRecord } =>
  typeof entry === "object" && entry !== null && "record" in entry
