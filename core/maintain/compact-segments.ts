/** Writes the lines of dead segments anew without those that say nothing any more. */
import { randomUUID } from "node:crypto"
import { fsyncSync, readFileSync, renameSync, rmSync } from "node:fs"
import { join } from "node:path"
import { reach } from "../fault/hooks.ts"
import type { ReadLine } from "../store/checked-lines.ts"
import type { Digest } from "../store/Digest.ts"
import type { SegmentEntry } from "../store/IndexTables.ts"
import { isHeld, othersIn } from "../store/Lease.ts"
import { syncPath, writeSynced } from "../store/place-synced.ts"
import { readEntries } from "../store/read-entries.ts"
import type { StoreRootShape } from "../store/StoreRoot.ts"
import { segmentLengths } from "../store/segment-lengths.ts"
import { segmentName, writerOf } from "../store/segment-name.ts"
import { temporaryName } from "../store/temporary-name.ts"
import { nameOf } from "./StoredRecords.ts"

/** Segments whose writers are dead, from which on they are joined: every command looks at each. */
const MOST_SEGMENTS = 32

type Places = Pick<StoreRootShape, "actions" | "locks" | "lease">

/**
 * The bytes that this has freed; `dropped` are names of records that nobody can need. Throws what the disk throws.
 *
 * The new segment is durable before the old ones go: a crash in between leaves lines twice, which say the same twice. The end
 * of a key's validity goes only when no record of the key was left before this began: otherwise a crash could leave a record
 * without its end.
 */
export const compactSegments = (root: Places, dropped: ReadonlySet<string>): number => {
  const lengths = segmentLengths(root.actions)
  // Who is at work is asked before anything is read: what has an end by then has all of its lines.
  const isQuiet = othersIn(root.locks, root.lease).length === 0
  const dead = Object.keys(lengths).filter((name) => isDead(root, name, isQuiet))
  // Of what is said twice the line stays that is certainly on the disk.
  const said = readAll(root, [...new Set([...dead, ...Object.keys(lengths)])], dropped)
  const isMany = dead.length > MOST_SEGMENTS
  const old = dead.filter((name) => {
    const { lines, damaged } = linesOf(root, name)
    // What is damaged stays where it is, for whoever verifies the store.
    return damaged === 0 && (isMany || lines.some((line) => said.isWaste(name, line)))
  })
  if (old.length === 0) return 0
  // What earlier collections have removed must not come back after a power failure.
  syncPath(root.actions, fsyncSync)
  const size = write(root, old, said)
  syncPath(root.actions, fsyncSync)
  reach("gc.compacted")
  for (const name of old) {
    rmSync(join(root.actions, name))
    reach("gc.removed")
  }
  syncPath(root.actions, fsyncSync)
  return old.reduce((sum, name) => sum + (lengths[name] ?? 0), 0) - size
}

/** Whether nobody writes to a segment any more. Where the name does not tell its writer, it may be anybody who lives. */
const isDead = ({ locks }: Places, name: string, isQuiet: boolean): boolean => {
  const writer = writerOf(name)
  return writer === undefined ? isQuiet : !isHeld(locks, writer)
}

const linesOf = ({ actions }: Places, name: string) => {
  const bytes = readFileSync(join(actions, name))
  return { bytes, ...readEntries(bytes) }
}

type Entry = ReadLine<SegmentEntry>

/** What all segments say together: by it a line is judged. */
interface Said {
  readonly isWaste: (segment: string, line: Entry) => boolean
}

const readAll = (root: Places, names: ReadonlyArray<string>, dropped: ReadonlySet<string>): Said => {
  /** Where each line was met first. */
  const first = new Map<string, string>()
  const keys = new Set<Digest>()
  const codes = new Set<Digest>()
  for (const name of names) {
    for (const { value: entry, start } of linesOf(root, name).lines) {
      const title = titleOf(entry)
      if (!first.has(title)) first.set(title, `${name} ${start}`)
      if (!("record" in entry)) continue
      keys.add(entry.record.key)
      if (!dropped.has(title)) codes.add(entry.record.parts.code)
    }
  }
  const isWaste = (segment: string, { value: entry, start }: Entry): boolean => {
    const title = titleOf(entry)
    if (first.get(title) !== `${segment} ${start}`) return true
    if ("record" in entry) return dropped.has(title)
    // Each segment explains its own codes: who comes now relies on no line of another.
    return "code" in entry ? !codes.has(entry.code) : !keys.has(entry.forget)
  }
  return { isWaste }
}

const titleOf = (entry: SegmentEntry): string => {
  if ("record" in entry) return nameOf({ key: entry.record.key, at: entry.at })
  return "code" in entry ? `code ${entry.code}` : `end ${entry.forget} ${entry.at}`
}

/** Writes what is worth it of some segments into a new one; its size. */
const write = (root: Places, old: ReadonlyArray<string>, said: Said): number => {
  // Nobody will append to it: its writer is nobody's lease.
  const name = segmentName(randomUUID())
  const temporary = temporaryName(join(root.actions, name))
  let size = 0
  const pieces = function* () {
    for (const segment of old) {
      const { bytes, lines } = linesOf(root, segment)
      for (const line of lines.filter((each) => !said.isWaste(segment, each))) {
        size += line.end + 1 - line.start
        yield bytes.subarray(line.start, line.end + 1)
      }
    }
  }
  try {
    writeSynced(temporary, pieces())
    if (size > 0) renameSync(temporary, join(root.actions, name))
  } finally {
    rmSync(temporary, { force: true })
  }
  return size
}
