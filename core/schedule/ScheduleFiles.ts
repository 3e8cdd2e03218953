/** The pipeline files whose schedules are served: read again when they change; what is broken holds as it last was. */
import { existsSync, readdirSync, statSync } from "node:fs"
import { join, relative, resolve } from "node:path"
import { Result } from "effect"
import type { PipelineInvalid } from "../document/Diagnostic.ts"
import { decode } from "../document/decode.ts"
import { fileText } from "../document/file-text.ts"
import { whyUnreadable } from "../document/why-unreadable.ts"
import { type Schedule, schedulesOf } from "./Schedule.ts"

/** A file as it was last read. */
interface ReadFile {
  /** Of it and of what it includes: where this changes, they are read again. */
  readonly look: string
  readonly texts: ReadonlyArray<string>
  readonly schedules: ReadonlyArray<Schedule>
  /** Why it could not be read. */
  readonly fault: string | undefined
}

/** Something to be said about a file. */
export interface Remark {
  readonly file: string
  readonly message: string
}

export class ScheduleFiles {
  private readonly places: ReadonlyArray<string>
  private readonly files = new Map<string, ReadFile>()
  /** Of places that cannot be looked into, why. */
  private readonly closed = new Map<string, string>()

  /** Files, and folders whose YAML files are meant. */
  constructor(places: ReadonlyArray<string>) {
    this.places = places.map((place) => resolve(place))
  }

  /** Reads what has changed; what there is to say about it, once. */
  refresh(): ReadonlyArray<Remark> {
    const remarks: Array<Remark> = []
    const there = new Set(this.places.flatMap((place) => this.filesIn(place, remarks)))
    for (const file of this.files.keys()) if (!there.has(file)) this.files.delete(file)
    return [...remarks, ...[...there].flatMap((file) => this.read(file) ?? [])]
  }

  /** The files of a place; those of before where it cannot be looked into, which is said once. */
  private filesIn(place: string, remarks: Array<Remark>): ReadonlyArray<string> {
    try {
      const files = filesAt(place)
      this.closed.delete(place)
      return files
    } catch (cause) {
      const message = whyUnreadable(cause)
      if (this.closed.get(place) !== message) remarks.push({ file: place, message })
      this.closed.set(place, message)
      return [...this.files.keys()].filter((file) => isWithin(file, place))
    }
  }

  /** All schedules; of two with one id the first. */
  get schedules(): ReadonlyArray<Schedule> {
    return [...this.byId().values()]
  }

  /** Of ids that two files have, both files. */
  get clashes(): ReadonlyArray<Remark> {
    const byId = this.byId()
    return [...this.files.values()]
      .flatMap(({ schedules }) => schedules)
      .flatMap(({ file, id }) => {
        const first = byId.get(id)?.file
        const message = `schedule ${id} is in ${first} too, and only that one is served: give one a name`
        return first === file ? [] : [{ file, message }]
      })
  }

  /** Of places that were named themselves, those that cannot be used, with why. */
  get unusable(): ReadonlyArray<Remark> {
    return this.places.flatMap((place) => {
      const closed = this.closed.get(place)
      const message = closed === undefined ? this.files.get(place)?.fault : `${relative("", place)}: ${closed}`
      return message === undefined ? [] : [{ file: place, message }]
    })
  }

  /** Whether the schedules of a file are known: it is served, and could be read, or is gone. */
  isKnown(file: string): boolean {
    const read = this.files.get(file)
    if (read !== undefined) return read.fault === undefined
    const isClosed = [...this.closed.keys()].some((place) => isWithin(file, place))
    return !isClosed && this.places.some((place) => isWithin(file, place)) && !existsSync(file)
  }

  private byId(): ReadonlyMap<string, Schedule> {
    const byId = new Map<string, Schedule>()
    for (const { schedules } of this.files.values())
      for (const schedule of schedules) if (!byId.has(schedule.id)) byId.set(schedule.id, schedule)
    return byId
  }

  private read(file: string): Remark | undefined {
    const known = this.files.get(file)
    // What a broken file lacks may lie in one that it includes, of which nobody knows.
    if (known !== undefined && known.fault === undefined && known.look === lookOf(known.texts)) return undefined
    const { schedules = [], texts = [file] } = known ?? {}
    const look = lookOf(texts)
    const decoded = readSchedules(file, this.places.includes(file))
    if (Result.isSuccess(decoded)) {
      this.files.set(file, { look: lookOf(decoded.success.texts), ...decoded.success, fault: undefined })
      return undefined
    }
    const fault = decoded.failure
    this.files.set(file, { look, texts, schedules, fault })
    const kept = schedules.length === 0 ? "nothing of it is served" : "its schedules hold as they last were"
    return fault === known?.fault ? undefined : { file, message: `${kept}: ${fault}` }
  }
}

/** The schedules of a file, and the files that they were read from; in a sentence why they cannot be read. */
const readSchedules = (file: string, isNamed: boolean): Result.Result<Pick<ReadFile, "schedules" | "texts">, string> =>
  Result.gen(function* () {
    const text = yield* fileText(file)
    // In a folder of pipelines there is also what is none. Whoever names a file means a pipeline, however it is written.
    if (!isNamed && !/^["']?schedule["']?\s*:/mu.test(text)) return { schedules: [], texts: [file] }
    const document = yield* Result.mapError(decode(relative("", file), text, fileText), firstLine)
    const texts = [...document.texts.keys()].map((name) => resolve(name))
    return { schedules: schedulesOf(document, file), texts }
  })

const firstLine = ({ diagnostics, message }: PipelineInvalid): string => {
  const [line = ""] = message.split("\n")
  return diagnostics.length > 1 ? `${line} (and ${diagnostics.length - 1} more)` : line
}

const isWithin = (file: string, place: string): boolean => file === place || file.startsWith(join(place, "/"))

const filesAt = (place: string): ReadonlyArray<string> => {
  const there = statSync(place, { throwIfNoEntry: false })
  if (there?.isDirectory() !== true) return there === undefined ? [] : [place]
  return readdirSync(place)
    .filter((name) => /\.ya?ml$/u.test(name) && !name.startsWith("."))
    .sort()
    .map((name) => join(place, name))
}

/** What tells that files were written: a new one has another inode, and another time. */
const lookOf = (files: ReadonlyArray<string>): string => files.map(lookOfOne).join("\n")

const lookOfOne = (file: string): string => {
  try {
    const { ctimeMs, ino, mtimeMs, size } = statSync(file)
    return `${ino} ${size} ${mtimeMs} ${ctimeMs}`
  } catch (cause) {
    return whyUnreadable(cause)
  }
}
