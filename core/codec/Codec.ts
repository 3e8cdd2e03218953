/** The stored form of each artifact kind: files of a format that other tools read. */
import { Result } from "effect"
import type { ArtifactKind, KindValues } from "../stage/ArtifactKind.ts"
import { decodeArrow, encodeArrow } from "./arrow.ts"
import { type Coded, refuse } from "./CodecError.ts"
import type { CodedFile } from "./CodedFile.ts"
import { checkedPaths, decodeDirectory, encodeDirectory } from "./directory.ts"
import { asMetrics, decodeJson, encodeJson } from "./json.ts"
import { decodeNpy, encodeNpy } from "./npy.ts"
import { decodeSafetensors, encodeSafetensors } from "./safetensors.ts"
import { validateDirectory, validateFigure, validateModel, validateTable, validateTensor } from "./validate.ts"

export type { CodedFile } from "./CodedFile.ts"

interface Form<K extends ArtifactKind> {
  /** Version of the stored form: part of every key whose task writes it. */
  readonly version: number
  /** Name of its only file; a Directory has files of any name. */
  readonly path?: string
  /** Fails on what is not of the kind. */
  readonly encode: (value: unknown) => Coded<ReadonlyArray<CodedFile>>
  readonly decode: (files: ReadonlyArray<CodedFile>) => Coded<KindValues[K]>
}

/** A form of one file under a fixed name. */
const single = <K extends ArtifactKind>(
  kind: K,
  path: string,
  encode: (value: unknown) => Coded<Uint8Array>,
  decode: (bytes: Uint8Array) => Coded<KindValues[K]>
): Form<K> => ({
  version: 1,
  path,
  encode: (value) => Result.map(encode(value), (bytes) => [{ path, bytes }]),
  decode: (files) => Result.flatMap(onlyFile(kind, path, files), ({ bytes }) => decode(bytes))
})

/** The one file of a kind that has one. */
const onlyFile = (kind: ArtifactKind, path: string, files: ReadonlyArray<CodedFile>): Coded<CodedFile> => {
  const [file] = files
  if (file !== undefined && files.length === 1 && file.path === path) return Result.succeed(file)
  const found = files.map((each) => each.path).join(", ")
  return refuse(kind, `it is one file ${path}; here are ${files.length}${found && ` (${found.slice(0, 80)})`}`)
}

const FORMS: { readonly [K in ArtifactKind]: Form<K> } = {
  Tensor: single("Tensor", "tensor.npy", (value) => Result.map(validateTensor("Tensor", value), encodeNpy), decodeNpy),
  Table: single("Table", "table.arrow", (value) => Result.flatMap(validateTable(value), encodeArrow), decodeArrow),
  Metrics: single(
    "Metrics",
    "metrics.json",
    (value) => Result.flatMap(asMetrics(value), (metrics) => encodeJson("Metrics", metrics)),
    (bytes) => Result.flatMap(decodeJson("Metrics", bytes), asMetrics)
  ),
  Figure: single(
    "Figure",
    "figure.vl.json",
    (value) => Result.flatMap(validateFigure(value), ({ spec }) => encodeJson("Figure", spec)),
    (bytes) => Result.flatMap(decodeJson("Figure", bytes), (spec) => validateFigure({ spec }))
  ),
  Model: single(
    "Model",
    "model.safetensors",
    (value) => Result.map(validateModel(value), encodeSafetensors),
    decodeSafetensors
  ),
  Json: single(
    "Json",
    "value.json",
    (value) => encodeJson("Json", value),
    (bytes) => decodeJson("Json", bytes)
  ),
  Directory: {
    version: 1,
    encode: (value) => Result.flatMap(validateDirectory(value), encodeDirectory),
    decode: decodeDirectory
  }
}

/** Name and version of a kind's stored form, as `Tensor/1`. */
export const formatOf = (kind: ArtifactKind): string => `${kind}/${FORMS[kind].version}`

/** How the name of a kind's stored form ends: `.npy`, `.vl.json`; empty for a Directory, which is a folder. */
export const endingOf = (kind: ArtifactKind): string => /\..*$/u.exec(FORMS[kind].path ?? "")?.[0] ?? ""

/** The files of a value; refuses what is not of the kind. Equal values have equal bytes. */
export const encode = (kind: ArtifactKind, value: unknown): Coded<ReadonlyArray<CodedFile>> => FORMS[kind].encode(value)

/** The value in files. Large arrays are views of the files' bytes where those are aligned. */
export const decode = <K extends ArtifactKind>(kind: K, files: ReadonlyArray<CodedFile>): Coded<KindValues[K]> =>
  FORMS[kind].decode(files)

/** Refuses files whose names are not those of the kind's stored form; their bytes are not looked at. */
export const checkedNames = (kind: ArtifactKind, files: ReadonlyArray<CodedFile>): Coded<unknown> => {
  const { path } = FORMS[kind]
  return path === undefined ? checkedPaths(files) : onlyFile(kind, path, files)
}
