/** The stored form of each artifact kind: files of a format that other tools read. */
import { Result } from "effect"
import type { ArtifactKind, Directory, Figure, KindValues, Model, Table, Tensor } from "../stage/ArtifactKind.ts"
import { decodeArrow, encodeArrow } from "./arrow.ts"
import { type Coded, refuse } from "./CodecError.ts"
import { elementCount, isTensorData } from "./elements.ts"
import { asMetrics, decodeJson, encodeJson } from "./json.ts"
import { decodeNpy, encodeNpy } from "./npy.ts"
import { decodeSafetensors, encodeSafetensors } from "./safetensors.ts"

/** A file of an artifact: its name within it, and its content. */
export interface CodedFile {
  readonly path: string
  readonly bytes: Uint8Array
}

interface Form<K extends ArtifactKind> {
  /** Version of the stored form: part of every key whose task writes it. */
  readonly version: number
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
  encode: (value) => Result.map(encode(value), (bytes) => [{ path, bytes }]),
  decode: ([file, ...others]) =>
    file === undefined || others.length > 0 ? refuse(kind, "it must be one file") : decode(file.bytes)
})

const FORMS: { readonly [K in ArtifactKind]: Form<K> } = {
  Tensor: single("Tensor", "tensor.npy", (value) => Result.map(checkedTensor("Tensor", value), encodeNpy), decodeNpy),
  Table: single("Table", "table.arrow", (value) => Result.flatMap(checkedTable(value), encodeArrow), decodeArrow),
  Metrics: single(
    "Metrics",
    "metrics.json",
    (value) =>
      Result.flatMap(encodeJson("Metrics", value), (bytes) => Result.map(asMetrics(value as never), () => bytes)),
    (bytes) => Result.flatMap(decodeJson("Metrics", bytes), asMetrics)
  ),
  Figure: single(
    "Figure",
    "figure.vl.json",
    (value) => Result.flatMap(checkedFigure(value), ({ spec }) => encodeJson("Figure", spec)),
    (bytes) => Result.flatMap(decodeJson("Figure", bytes), (spec) => checkedFigure({ spec }))
  ),
  Model: single(
    "Model",
    "model.safetensors",
    (value) => Result.map(checkedModel(value), encodeSafetensors),
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
    encode: (value) => checkedDirectory(value),
    decode: (files) => Result.succeed({ files: Object.fromEntries(files.map(({ path, bytes }) => [path, bytes])) })
  }
}

/** Name and version of a kind's stored form, as `Tensor/1`. */
export const formatOf = (kind: ArtifactKind): string => `${kind}/${FORMS[kind].version}`

/** The files of a value; refuses what is not of the kind. */
export const encode = (kind: ArtifactKind, value: unknown): Coded<ReadonlyArray<CodedFile>> => FORMS[kind].encode(value)

/** The value in files. */
export const decode = (kind: ArtifactKind, files: ReadonlyArray<CodedFile>): Coded<KindValues[ArtifactKind]> =>
  FORMS[kind].decode(files)

const isRecord = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const checkedTensor = (what: string, value: unknown): Coded<Tensor> => {
  if (!isRecord(value) || !Array.isArray(value["shape"]) || !isTensorData(value["data"])) {
    return refuse(what, "it is not { shape, data } with a typed array")
  }
  const shape: ReadonlyArray<unknown> = value["shape"]
  const data = value["data"]
  const lengths = shape.flatMap((length) =>
    Number.isSafeInteger(length) && Number(length) >= 0 ? [Number(length)] : []
  )
  if (lengths.length !== shape.length) return refuse(what, `its shape is [${shape.join(", ")}]`)
  const count = elementCount(lengths)
  if (count !== data.length) {
    return refuse(what, `shape ${lengths.join("×")} needs ${count} elements, data has ${data.length}`)
  }
  return Result.succeed({ shape: lengths, data })
}

const checkedTable = (value: unknown): Coded<Table> =>
  isRecord(value) && isRecord(value["columns"])
    ? Result.succeed({ columns: value["columns"] as Table["columns"] })
    : refuse("Table", "it is not { columns }")

const checkedFigure = (value: unknown): Coded<Figure> =>
  isRecord(value) && isRecord(value["spec"])
    ? Result.succeed({ spec: value["spec"] as Figure["spec"] })
    : refuse("Figure", "it is not { spec } with a Vega-Lite specification")

const checkedModel = (value: unknown): Coded<Model> =>
  Result.gen(function* () {
    if (!isRecord(value) || !isRecord(value["tensors"]) || !isRecord(value["metadata"])) {
      return yield* refuse("Model", "it is not { tensors, metadata }")
    }
    const tensors: Record<string, Tensor> = {}
    for (const [name, tensor] of Object.entries(value["tensors"])) {
      tensors[name] = yield* checkedTensor(`Model: tensor "${name}"`, tensor)
    }
    const metadata = Object.entries(value["metadata"]).map(([key, text]) => [key, String(text)])
    return { tensors, metadata: Object.fromEntries(metadata) }
  })

const checkedDirectory = (value: unknown): Coded<ReadonlyArray<CodedFile>> =>
  Result.gen(function* () {
    if (!isRecord(value) || !isRecord(value["files"])) return yield* refuse("Directory", "it is not { files }")
    const files = Object.entries(value["files"] as Directory["files"]).sort(([a], [b]) => (a < b ? -1 : 1))
    const seen = new Set<string>()
    for (const [path, bytes] of files) {
      const wrong = wrongPath(path) ?? (seen.has(path.toLowerCase()) ? "differs from another only in case" : undefined)
      if (wrong !== undefined) return yield* refuse("Directory", `the path "${path}" ${wrong}`)
      if (!(bytes instanceof Uint8Array)) return yield* refuse("Directory", `"${path}" is no Uint8Array`)
      seen.add(path.toLowerCase())
    }
    return files.map(([path, bytes]) => ({ path, bytes }))
  })

/** What is wrong with the path of a file in a directory: it must stay inside, on every system. */
const wrongPath = (path: string): string | undefined => {
  const segments = path.split("/")
  if (segments.some((segment) => segment === "" || segment === "." || segment === ".."))
    return "has an empty, . or .. segment"
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  return /[\u0000-\u001f\\:*?"<>|]/u.test(path) ? "has a character that some systems refuse" : undefined
}
