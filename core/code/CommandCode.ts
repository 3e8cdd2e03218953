/** The code of commands: the files beside the pipeline that they read, identified and stored. */
import { Context, Effect, Layer } from "effect"
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

/** The files of a command under one identity. */
export interface CommandFiles {
  readonly identity: Digest.Digest
  readonly parts: CodeParts
  readonly files: ReadonlyArray<CommandFile>
}

/** What a command reads beside its pipeline file. */
export interface CommandReads {
  /** The folder of the pipeline file. */
  readonly folder: string
  /** Paths in it that the pipeline names: files, and folders with all that is in them. */
  readonly named: ReadonlyArray<string>
  /** Words of the command: those that are paths of files count too. */
  readonly words: Iterable<string>
  /** Paths that the command writes or is given: what lies there beside the pipeline is not meant. */
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
    /** Finds, identifies and stores the files of a command; says which of the named ones it cannot read. */
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
  const found = new Map<string, FoundFile>()
  const unreadable: Array<Unreadable> = []
  const isMeant = (path: string): boolean => !except.some((other) => path === other || path.startsWith(`${other}/`))
  const enter = (path: string): void => {
    for (const file of place.filesAt(path)) if (isMeant(file.path)) found.set(file.path, file)
  }
  for (const path of named) {
    const reason = failureOf(() => enter(path))
    if (reason !== undefined) unreadable.push({ named: path, reason })
  }
  if (unreadable.length > 0) return unreadable
  for (const word of new Set(words)) {
    const path = place.fileNamed(word)
    if (path !== undefined && isMeant(path) && !found.has(path)) enter(path)
  }
  const sorted = [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1))
  const files = sorted.map(({ path, bytes, executable }) => ({
    path,
    digest: Digest.ofBytes(bytes),
    bytes: bytes.byteLength,
    executable
  }))
  const stored = yield* Effect.forEach(files, ({ digest }) => isSound(objects, digest))
  yield* objects.put(sorted.flatMap(({ bytes }, index) => (stored[index] === true ? [] : [bytes])))
  const declarations = Object.fromEntries(files.map((file) => [file.path, digestOf(file)]))
  const parts = { declarations, packages: {} }
  return { identity: Digest.ofValue("athanor/command/1", declarations), parts, files } satisfies CommandFiles
})

/** Why something cannot be read; `undefined` when it can. */
const failureOf = (read: () => void): string | undefined => {
  try {
    read()
    return undefined
  } catch (cause) {
    return cause instanceof Error ? cause.message : String(cause)
  }
}

/** Content, and whether it may be executed: both decide what a command does. */
const digestOf = ({ digest, executable }: CommandFile): Digest.Digest =>
  executable ? Digest.ofValue("athanor/executable/1", digest) : digest
