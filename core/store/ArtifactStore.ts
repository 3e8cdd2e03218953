/** Typed values in the store: files by digest, small ones inline. */
import { existsSync, readFileSync, statSync } from "node:fs"
import { rename, rm } from "node:fs/promises"
import { dirname, join } from "node:path"
import { Context, Effect, Layer } from "effect"
import { leavesFolder } from "../document/relative-path.ts"
import { isGuarded } from "../fault/hooks.ts"
import type { ArtifactKind } from "../stage/ArtifactKind.ts"
import { type Artifact, type ArtifactFile, digestOf, INLINE_LIMIT } from "./Artifact.ts"
import * as Digest from "./Digest.ts"
import {
  attempt,
  attemptSync,
  type Content,
  discard,
  giveName,
  makeFolder,
  placeFile,
  syncFolder,
  writeTemporary
} from "./durable.ts"
import { ObjectStore } from "./ObjectStore.ts"
import { ObjectDamaged, StoreUnavailable } from "./StoreError.ts"
import { temporaryName } from "./temporary-name.ts"

/** A file of an artifact with its content. */
export interface OpenFile {
  readonly path: string
  readonly bytes: Uint8Array
}

/** A file that lies on the disk already, of any size: nobody holds its content in memory. */
export interface FileOnDisk {
  readonly path: string
  /** Where its content is to be read. */
  readonly file: string
}

/** A file of an artifact on its way into the store. */
export type NewFile = OpenFile | FileOnDisk

export class ArtifactStore extends Context.Service<
  ArtifactStore,
  {
    /** Stores the files of a value; they are durable when it returns, but for those that its action record will hold. */
    readonly write: (kind: ArtifactKind, files: ReadonlyArray<NewFile>) => Effect.Effect<Artifact, StoreUnavailable>
    /** The files with their content, verified. */
    readonly open: (artifact: Artifact) => Effect.Effect<ReadonlyArray<OpenFile>, ObjectDamaged | StoreUnavailable>
    /** Whether every file is there with its size: what a hit relies on. */
    readonly isPresent: (artifact: Artifact) => boolean
    /** Copies an artifact out: a file under the given name, a Directory as a folder. Whole or not at all. */
    readonly materialise: (
      artifact: Artifact,
      destination: string
    ) => Effect.Effect<void, ObjectDamaged | StoreUnavailable>
  }
>()("athanor/store/ArtifactStore") {
  static readonly layer: Layer.Layer<ArtifactStore, never, ObjectStore> = Layer.effect(
    ArtifactStore,
    Effect.map(ObjectStore, (objects) => make(objects))
  )
}

const make = (objects: ObjectStore["Service"]) => {
  const write = Effect.fnUntraced(function* (kind: ArtifactKind, files: ReadonlyArray<NewFile>) {
    yield* keptInside("store", files)
    const contents = yield* attemptSync("read", "what is to be stored", () => files.map(contentOf))
    const stored = (yield* objects.put(contents.filter((content) => !isSmall(content)))).values()
    const listed = files.map(({ path }, index): ArtifactFile => {
      const content = contents[index]
      if (isSmall(content)) return inlineFile(path, content)
      const { value } = stored.next()
      if (value === undefined) throw new RangeError(`${path} was not stored`)
      return { path, ...value }
    })
    return { kind, digest: digestOf(kind, listed), files: listed }
  })

  const open = Effect.fnUntraced(function* (artifact: Artifact) {
    return yield* Effect.forEach(artifact.files, ({ path, digest, inline }) =>
      Effect.map(
        inline === undefined ? objects.read(digest) : Effect.succeed<Uint8Array>(Buffer.from(inline, "base64")),
        (bytes): OpenFile => ({ path, bytes })
      )
    )
  })

  const isPresent = ({ files }: Artifact): boolean =>
    files.every((file) => file.inline !== undefined || objects.isPresent(file))

  /** Copies an object beside its target, and says where. A collection may move it while it is looked for. */
  const copyBeside = (
    digest: Digest.Digest,
    target: string
  ): Effect.Effect<string, ObjectDamaged | StoreUnavailable> => {
    const file = objects.pathOf(digest)
    if (!existsSync(file)) return Effect.fail(new ObjectDamaged({ digest, problem: "missing" }))
    return attempt("write", target, () => writeTemporary(target, { file }, WRITABLE)).pipe(
      Effect.catch((failure) => (existsSync(file) ? Effect.fail(failure) : copyBeside(digest, target)))
    )
  }

  /** Copies one file out under a name of its own, verified as it lies there. */
  const copyOut = Effect.fnUntraced(function* ({ digest, inline }: ArtifactFile, target: string) {
    if (inline !== undefined) {
      return yield* attempt("write", target, () => placeFile(target, Buffer.from(inline, "base64")))
    }
    const temporary = yield* copyBeside(digest, target)
    yield* Effect.gen(function* () {
      const found = yield* attempt("read", temporary, () => Digest.ofFile(temporary))
      if (found !== digest && isGuarded("verify-content")) {
        // Says whether it is the object that is damaged, and takes it away.
        yield* objects.verify(digest)
        return yield* new ObjectDamaged({ digest, problem: "content" })
      }
      yield* attempt("write", target, () => giveName(temporary, target))
    }).pipe(Effect.onError(() => Effect.promise(() => discard(temporary))))
  })

  /** Fills a folder beside the destination, and puts it in its place. */
  const placeFolder = Effect.fnUntraced(function* (files: ReadonlyArray<ArtifactFile>, destination: string) {
    const temporary = temporaryName(destination)
    yield* Effect.gen(function* () {
      yield* attempt("write", destination, () => makeFolder(temporary))
      for (const file of files) {
        const target = join(temporary, file.path)
        yield* attempt("write", destination, () => makeFolder(dirname(target)))
        yield* copyOut(file, target)
      }
      yield* attempt("write", destination, () => replaceFolder(temporary, destination))
    }).pipe(Effect.ensuring(Effect.promise(() => rm(temporary, { recursive: true, force: true }))))
  })

  const materialise = Effect.fn("ArtifactStore.materialise")(function* (artifact: Artifact, destination: string) {
    yield* keptInside("copy out", artifact.files)
    yield* attempt("write", destination, () => makeFolder(dirname(destination)))
    const [file] = artifact.files
    if (artifact.kind !== "Directory" && file !== undefined) yield* copyOut(file, destination)
    else yield* placeFolder(artifact.files, destination)
    yield* attempt("write", destination, () => syncFolder(dirname(destination)))
  })

  return ArtifactStore.of({ write, open, isPresent, materialise })
}

/** Refuses paths that lead out of the artifact, whoever wrote them: a worker, or somebody in a record. */
const keptInside = (operation: string, files: ReadonlyArray<{ readonly path: string }>) =>
  Effect.forEach(
    files.filter(({ path }) => leavesFolder(path)),
    ({ path }) =>
      Effect.fail(new StoreUnavailable({ operation, path, cause: new Error("the path leads out of its artifact") })),
    { discard: true }
  )

/** Of a file that is copied out. */
const WRITABLE = 0o644

/** Times that a folder is put in its place where others keep putting theirs there. */
const PLACINGS = 100

/**
 * A folder cannot be replaced by a rename: the old one steps aside first. Between the two another run may put its own there,
 * which then is the old one.
 */
const replaceFolder = async (temporary: string, destination: string): Promise<void> => {
  for (let placing = 1; ; placing++) {
    const old = `${temporary}.${placing}.old`
    await rename(destination, old).catch(() => undefined)
    const failure = await rename(temporary, destination).then(() => undefined, asError)
    await rm(old, { recursive: true, force: true })
    if (failure === undefined) return
    if (!isOccupied(failure) || placing === PLACINGS) throw failure
  }
}

const asError = (error: NodeJS.ErrnoException): NodeJS.ErrnoException => error

/** Which of the two a system says is its own choice. */
const isOccupied = ({ code }: NodeJS.ErrnoException): boolean => code === "ENOTEMPTY" || code === "EEXIST"

const contentOf = (file: NewFile): Uint8Array | { readonly file: string } => {
  if ("bytes" in file) return file.bytes
  const isLarge = statSync(file.file).size > INLINE_LIMIT
  return isLarge && isGuarded("stream-files") ? { file: file.file } : readFileSync(file.file)
}

/** Whether it lives in its record. */
const isSmall = (content: Content | undefined): content is Uint8Array =>
  content instanceof Uint8Array && content.byteLength <= INLINE_LIMIT

const inlineFile = (path: string, content: Uint8Array): ArtifactFile => ({
  path,
  digest: Digest.ofBytes(content),
  bytes: content.byteLength,
  inline: Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString("base64")
})
