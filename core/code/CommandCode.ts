/** The code of commands: the files beside the pipeline that they read, identified and stored. */
import { Context, Effect, Layer } from "effect"
import { messageOf } from "../document/message-of.ts"
import type { Reads } from "../document/Reads.ts"
import type { CodeParts } from "../store/ActionRecord.ts"
import * as Digest from "../store/Digest.ts"
import { isSound, ObjectStore } from "../store/ObjectStore.ts"
import type { StoreUnavailable } from "../store/StoreError.ts"
import { type FoundFile, PipelineFolder } from "./command-files.ts"

/** A file of a command, in the store. */
export interface CommandFile {
  /** Relative to the folder of the pipeline file, and to the working directory. */
  readonly path: string
  readonly digest: Digest.Digest
  /** Size in bytes. */
  readonly bytes: number
  readonly executable: boolean
}

/** The files of the commands of a stage: those of all under one identity, and those that each has for itself. */
export interface CommandFiles {
  readonly identity: Digest.Digest
  readonly parts: CodeParts
  readonly files: ReadonlyArray<CommandFile>
  /** By task: the files that its words name besides. */
  readonly own: ReadonlyArray<ReadonlyArray<CommandFile>>
  readonly fullPaths: FullPaths
}

/** What the full paths in the words of commands mean. */
export interface FullPaths {
  /** Words that name what is copied, and how the copy is named in the working directory. */
  readonly copied: ReadonlyMap<string, string>
  /** Paths beside the pipeline of which there is no copy: the command would read what lies there when it runs. */
  readonly uncopied: ReadonlyArray<string>
  /** Paths of what lies elsewhere: no result depends on it. */
  readonly outside: ReadonlyArray<string>
}

/** What the commands of a stage read beside the pipeline file. */
export interface CommandReads {
  /** The folder of the pipeline file. */
  readonly folder: string
  /** Paths in it that the stage names: files, and folders with all that is in them. */
  readonly named: ReadonlyArray<string>
  /** By task the words of its command: the files whose paths these are it reads too, and no other task does. */
  readonly words: ReadonlyArray<Iterable<string>>
  /** Paths that the commands write or are given: what lies there beside the pipeline is not meant. */
  readonly except: ReadonlyArray<string>
}

/** A path that the pipeline names and that cannot be read. */
export interface Unreadable {
  readonly named: string
  readonly reason: string
}

export class CommandCode extends Context.Service<
  CommandCode,
  {
    /** Finds, identifies and stores the files of commands; says which of the named ones it cannot read. */
    readonly load: (
      asked: CommandReads,
      reads: Reads
    ) => Effect.Effect<CommandFiles | ReadonlyArray<Unreadable>, StoreUnavailable>
  }
>()("athanor/code/CommandCode") {
  static readonly layer: Layer.Layer<CommandCode, never, ObjectStore> = Layer.effect(
    CommandCode,
    Effect.map(ObjectStore, (objects) => CommandCode.of({ load: (asked, reads) => load(asked, reads, objects) }))
  )
}

const load = Effect.fn("CommandCode.load")(function* (
  { folder, named, words, except }: CommandReads,
  reads: Reads,
  objects: ObjectStore["Service"]
) {
  const place = new PipelineFolder(folder, reads)
  const excepted = new Set(except)
  const found = new Map<string, FoundFile>()
  const unreadable: Array<Unreadable> = []
  const enter = (path: string): void => {
    for (const file of place.filesAt(path)) if (!isWithin(file.path, excepted)) found.set(file.path, file)
  }
  for (const path of named) {
    const reason = failureOf(() => enter(path))
    if (reason !== undefined) unreadable.push({ named: path, reason })
  }
  if (unreadable.length > 0) return unreadable
  const shared = new Set(found.keys())
  const own = words.map((ofTask) => {
    const paths = new Set(Array.from(ofTask, (word) => place.fileNamed(word)))
    return [...paths].filter((path) => path !== undefined && !shared.has(path) && !isWithin(path, excepted)).sort()
  })
  for (const path of new Set(own.flat())) if (path !== undefined) enter(path)
  const stored = yield* storeFiles([...found.values()], objects)
  const filesAt = (paths: Iterable<string | undefined>): ReadonlyArray<CommandFile> =>
    Array.from(paths, (path) => stored.get(path ?? "")).filter((file) => file !== undefined)
  const files = filesAt([...shared].sort())
  const declarations = Object.fromEntries(files.map((file) => [file.path, identityOf(file)]))
  return {
    identity: Digest.ofValue("athanor/command/1", declarations),
    parts: { declarations, packages: {} },
    files,
    own: own.map(filesAt),
    fullPaths: fullPathsIn(words, place, [...stored.keys()])
  } satisfies CommandFiles
})

/** What the full paths mean, where these files are copied. */
const fullPathsIn = (words: CommandReads["words"], place: PipelineFolder, files: ReadonlyArray<string>): FullPaths => {
  const copied = new Map<string, string>()
  const uncopied = new Set<string>()
  const outside = new Set<string>()
  // Whole folders are named too.
  const known = new Set(files.flatMap((file) => [file, ...foldersOn(file)]))
  for (const word of new Set(words.flatMap((ofTask) => Array.from(ofTask)))) {
    const found = place.fullPath(word)
    if (found === undefined) continue
    const { before, path, local } = found
    if (local === undefined) outside.add(path)
    else if (known.has(local)) copied.set(word, `${before}${local.includes("/") ? "" : "./"}${local}`)
    else uncopied.add(path)
  }
  return { copied, uncopied: [...uncopied], outside: [...outside] }
}

/** The folders on the way to a file. */
const foldersOn = (file: string): ReadonlyArray<string> =>
  file
    .split("/")
    .slice(0, -1)
    .map((_, index, folders) => folders.slice(0, index + 1).join("/"))

/** Puts into the store what it does not have; the files by their paths. */
const storeFiles = Effect.fnUntraced(function* (found: ReadonlyArray<FoundFile>, objects: ObjectStore["Service"]) {
  const files = found.map(({ path, bytes, executable }) => ({
    path,
    digest: Digest.ofBytes(bytes),
    bytes: bytes.byteLength,
    executable
  }))
  const isStored = yield* Effect.forEach(files, ({ digest }) => isSound(objects, digest))
  yield* objects.put(found.flatMap(({ bytes }, index) => (isStored[index] === true ? [] : [bytes])))
  return new Map(files.map((file): readonly [string, CommandFile] => [file.path, file]))
})

/** Whether a path, or a folder on the way to it, is among others. */
const isWithin = (path: string, others: ReadonlySet<string>): boolean => {
  for (let end = path.length; end > 0; end = path.lastIndexOf("/", end - 1)) {
    if (others.has(path.slice(0, end))) return true
  }
  return false
}

/** Why something cannot be read; `undefined` when it can. */
const failureOf = (read: () => void): string | undefined => {
  try {
    read()
    return undefined
  } catch (cause) {
    return messageOf(cause)
  }
}

/** Content, and whether it may be executed: both decide what a command does. */
export const identityOf = ({ digest, executable }: Pick<CommandFile, "digest" | "executable">): Digest.Digest =>
  executable ? Digest.ofValue("athanor/executable/1", digest) : digest
