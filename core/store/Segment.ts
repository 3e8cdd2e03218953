/** The segment that this process appends to: one for each process, so that no two writers share a file. */
import { randomUUID } from "node:crypto"
import { closeSync, fdatasync, fstatSync, openSync, writeSync } from "node:fs"
import { join } from "node:path"
import { isGuarded, reach } from "../fault/hooks.ts"
import type { ActionIndex } from "./ActionIndex.ts"
import { encodeLine } from "./checked-lines.ts"
import type { Digest } from "./Digest.ts"
import { mustSync } from "./durability.ts"
import { syncFolder } from "./durable.ts"
import type { PlacedEntry, SegmentEntry } from "./IndexTables.ts"
import type { Lease } from "./Lease.ts"
import type { SegmentLengths } from "./segment-lengths.ts"
import { segmentName } from "./segment-name.ts"

/** An entry on its way to the disk, and who waits for it. */
interface Waiting {
  readonly entry: SegmentEntry
  readonly resolve: () => void
  readonly reject: (cause: unknown) => void
}

export class Segment {
  private readonly folder: string
  private readonly index: ActionIndex
  private readonly lease: Lease | undefined
  private readonly name: string
  private descriptor: number | undefined
  private waiting: Array<Waiting> = []
  private isFlushing = false
  /** Whether the name of the segment stands on the disk. */
  private hasName = false
  /** Whether the last line may be a part of one. */
  private isTorn = false
  /** Codes that this segment explains: what another one says may go with that. */
  private readonly said = new Set<Digest>()

  /** By the lease others see whether this segment is written to. */
  constructor(folder: string, index: ActionIndex, lease?: Lease) {
    this.folder = folder
    this.index = index
    this.lease = lease
    this.name = segmentName(lease?.id ?? randomUUID())
  }

  /** Appends an entry; it is durable, and the index knows it, when this resolves. Who comes meanwhile shares the next sync. */
  append(entry: SegmentEntry): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ entry, resolve, reject })
      if (this.isFlushing) return
      this.isFlushing = true
      // Whatever else is committed in this turn of the loop comes along.
      setImmediate(() => void this.flush())
    })
  }

  /** The bytes of the segment by its name; nothing while there is none. */
  written(): SegmentLengths {
    return this.descriptor === undefined ? {} : { [this.name]: fstatSync(this.descriptor).size }
  }

  close(): void {
    if (this.descriptor !== undefined) closeSync(this.descriptor)
  }

  private async flush(): Promise<void> {
    while (this.waiting.length > 0) {
      const batch = this.waiting
      this.waiting = []
      try {
        await this.write(batch.map(({ entry }) => entry))
        for (const { resolve } of batch) resolve()
      } catch (cause) {
        for (const { reject } of batch) reject(cause)
      }
    }
    this.isFlushing = false
  }

  private async write(entries: ReadonlyArray<SegmentEntry>): Promise<void> {
    this.lease?.ensure()
    const descriptor = this.descriptor ?? openSync(join(this.folder, this.name), "a")
    this.descriptor = descriptor
    const all = this.withCode(entries)
    const lines = all.map((entry) => `${encodeLine(entry)}\n`)
    const placed = this.placed(all, lines, this.writeLines(descriptor, lines.join("")))
    reach("record.written")
    if (mustSync()) await syncData(descriptor)
    if (!this.hasName) await syncFolder(this.folder)
    this.hasName = true
    reach("record.durable")
    for (const entry of all) if ("code" in entry) this.said.add(entry.code)
    this.index.add(placed)
    reach("record.indexed")
  }

  /** Writes lines at the end; the byte at which they begin. */
  private writeLines(descriptor: number, lines: string): number {
    // A full disk may have taken half of a line: a line break closes it, and its checksum marks it.
    const bytes = Buffer.from(this.isTorn && isGuarded("close-torn-record") ? `\n${lines}` : lines)
    const end = fstatSync(descriptor).size + bytes.length
    this.isTorn = true
    for (let done = 0; done < bytes.length; ) done += writeSync(descriptor, bytes, done)
    this.isTorn = false
    return end - Buffer.byteLength(lines)
  }

  /** Where entries come to stand whose lines are appended to the segment, from the byte `from` on. */
  private placed(
    entries: ReadonlyArray<SegmentEntry>,
    lines: ReadonlyArray<string>,
    from: number
  ): ReadonlyArray<PlacedEntry> {
    let start = from
    return entries.map((entry, index) => {
      const next = start + Buffer.byteLength(lines[index] ?? "")
      const place = { entry, segment: this.name, start, end: next - 1 }
      start = next
      return place
    })
  }

  /** Says once what explains the code of a record, and leaves it out of the record. */
  private withCode(entries: ReadonlyArray<SegmentEntry>): ReadonlyArray<SegmentEntry> {
    const now = new Set<Digest>()
    return entries.flatMap((entry): ReadonlyArray<SegmentEntry> => {
      if (!("record" in entry)) return [entry]
      const { codeParts: parts, ...record } = entry.record
      const { code } = record.parts
      const isSaid = parts === undefined || now.has(code) || this.said.has(code)
      now.add(code)
      return isSaid
        ? [{ record, at: entry.at }]
        : [
            { code, parts },
            { record, at: entry.at }
          ]
    })
  }
}

const syncData = (descriptor: number): Promise<void> =>
  new Promise((resolve, reject) => {
    fdatasync(descriptor, (cause) => (cause === null ? resolve() : reject(cause)))
  })
