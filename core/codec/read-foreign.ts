/** Files of other programs, for `pipeline call` and `sources:`. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { Effect, Result } from "effect"
import { sourcePath } from "../document/source-path.ts"
import { codeOf, whyUnreadable } from "../document/why-unreadable.ts"
import type { ArtifactKind, KindValues } from "../stage/ArtifactKind.ts"
import { decodeArrow } from "./arrow.ts"
import { CodecError, type Coded } from "./CodecError.ts"
import { tableFromCsv, tensorFromCsv } from "./csv.ts"
import { checkedPaths, encodeDirectory } from "./directory.ts"
import { asMetrics, decodeForeignJson } from "./json.ts"
import { modelFromJson, tensorFromJson } from "./nested-lists.ts"
import { decodeNpy } from "./npy.ts"
import { decodeNpz, decodeNpzArray } from "./npz.ts"
import { listFolder, readFolder } from "./read-folder.ts"
import { decodeSafetensors } from "./safetensors.ts"
import { validateFigure } from "./validate.ts"

type Reader<K extends ArtifactKind> = (bytes: Uint8Array, member: string | undefined) => Coded<KindValues[K]>

/** JSON, and what to do instead where it holds a number that is not finite. */
const json = (bytes: Uint8Array, instead: string) => decodeForeignJson("JSON", bytes, instead)

/** What is understood for each kind, by the end of the file's name. */
const READERS: { readonly [K in ArtifactKind]: { readonly [ending: string]: Reader<K> } } = {
  Tensor: {
    ".npy": decodeNpy,
    ".npz": decodeNpzArray,
    ".json": (bytes) => Result.flatMap(json(bytes, "a .npy file can"), tensorFromJson),
    ".csv": tensorFromCsv
  },
  Table: { ".arrow": decodeArrow, ".csv": tableFromCsv },
  Metrics: { ".json": (bytes) => Result.flatMap(json(bytes, "leave out a metric that diverged"), asMetrics) },
  Figure: { ".json": (bytes) => Result.flatMap(json(bytes, "write null"), (spec) => validateFigure({ spec })) },
  Model: {
    ".safetensors": decodeSafetensors,
    ".npz": (bytes) => Result.map(decodeNpz(bytes), (tensors) => ({ tensors, metadata: {} })),
    ".json": (bytes) => Result.flatMap(json(bytes, "a .npz file can"), modelFromJson)
  },
  Json: { ".json": (bytes) => json(bytes, "write null") },
  Directory: {}
}

/** Endings of the files from which a kind is read; none for a Directory, which is read from a folder. */
export const readableEndings = (kind: ArtifactKind): ReadonlyArray<string> => Object.keys(READERS[kind])

/** The value in a user's file, or folder for a Directory. `FILE.npz#name` names one array of several. */
export const readForeign = Effect.fn("readForeign")(function* <K extends ArtifactKind>(
  kind: K,
  file: string
): Effect.fn.Return<KindValues[K], CodecError> {
  const inFile = (reason: string) => new CodecError({ format: file, reason })
  if (kind === "Directory") {
    const directory = yield* readingDisk(file, () => readFolder(file))
    yield* Effect.fromResult(Result.mapError(encodeDirectory(directory), ({ message }) => inFile(message)))
    return directory as KindValues[K]
  }
  const { file: path, member } = sourcePath(file)
  const [, read] = Object.entries(READERS[kind]).find(([ending]) => path.toLowerCase().endsWith(ending)) ?? []
  if (read === undefined) {
    return yield* inFile(`a ${kind} is read from ${readableEndings(kind).join(", ")} files`)
  }
  const bytes = yield* readingDisk(file, () => readFileSync(path))
  return yield* Effect.fromResult(Result.mapError(read(bytes, member), ({ message }) => inFile(message)))
})

/** The files of a user's folder in the order of a Directory, by where they lie: their content may be more than memory holds. */
export const listForeign = Effect.fn("listForeign")(function* (folder: string) {
  const paths = yield* readingDisk(folder, () => listFolder(folder))
  const files = paths.toSorted().map((path) => ({ path, file: join(folder, path) }))
  return yield* Effect.fromResult(
    Result.mapError(checkedPaths(files), ({ message }) => new CodecError({ format: folder, reason: message }))
  )
})

const readingDisk = <A>(file: string, read: () => A): Effect.Effect<A, CodecError> =>
  Effect.try({
    try: read,
    catch: (cause) => {
      const isNoFolder = codeOf(cause) === "ENOTDIR"
      return new CodecError({ format: file, reason: isNoFolder ? "it is a file, not a folder" : whyUnreadable(cause) })
    }
  })
