/** Files of other programs, for `pipeline call` and `sources:`. */
import { readdirSync, readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import { Effect, Result } from "effect"
import type { ArtifactKind, Json, KindValues, Tensor } from "../stage/ArtifactKind.ts"
import { decodeArrow } from "./arrow.ts"
import { attempt, CodecError, type Coded, refuse } from "./CodecError.ts"
import { elementCount } from "./elements.ts"
import { asMetrics, decodeJson } from "./json.ts"
import { decodeNpy } from "./npy.ts"
import { decodeSafetensors } from "./safetensors.ts"
import { readZip } from "./zip.ts"

type Readers = { readonly [extension: string]: (bytes: Uint8Array, member: string | undefined) => Coded<unknown> }

/** What is understood for each kind, by the end of the file's name. */
const READERS: { readonly [K in ArtifactKind]: Readers } = {
  Tensor: {
    ".npy": decodeNpy,
    ".npz": (bytes, member) => Result.flatMap(readNpz(bytes), (tensors) => pick(tensors, member)),
    ".json": (bytes) => Result.flatMap(decodeJson("JSON", bytes), tensorFromJson),
    ".csv": (bytes) =>
      Result.map(readCsv(bytes), ({ rows, width }) => ({ shape: [rows.length / width, width], data: rows }))
  },
  Table: {
    ".arrow": decodeArrow,
    ".csv": (bytes) => Result.map(readCsv(bytes), tableFromCsv)
  },
  Metrics: { ".json": (bytes) => Result.flatMap(decodeJson("JSON", bytes), asMetrics) },
  Figure: { ".json": (bytes) => Result.map(decodeJson("JSON", bytes), (spec) => ({ spec })) },
  Model: {
    ".safetensors": decodeSafetensors,
    ".npz": (bytes) => Result.map(readNpz(bytes), (tensors) => ({ tensors, metadata: {} })),
    ".json": (bytes) => Result.flatMap(decodeJson("JSON", bytes), modelFromJson)
  },
  Json: { ".json": (bytes) => decodeJson("JSON", bytes) },
  Directory: {}
}

/** The value in a user's file. `file.npz#name` names one array of several. */
export const readForeign = (kind: ArtifactKind, file: string): Effect.Effect<KindValues[ArtifactKind], CodecError> =>
  Effect.gen(function* () {
    if (kind === "Directory") return { files: yield* Effect.fromResult(attempt(file, () => readFolder(file, ""))) }
    const { path = file, member } = /^(?<path>.*\.npz)#(?<member>.+)$/u.exec(file)?.groups ?? {}
    const extension = Object.keys(READERS[kind]).find((ending) => path.toLowerCase().endsWith(ending))
    const read = extension === undefined ? undefined : READERS[kind][extension]
    if (read === undefined) {
      const known = Object.keys(READERS[kind]).join(", ")
      return yield* new CodecError({ format: file, reason: `a ${kind} is read from ${known} files` })
    }
    const bytes = yield* Effect.fromResult(attempt(file, () => readFileSync(path)))
    const value = yield* Effect.fromResult(
      Result.mapError(read(bytes, member), ({ message }) => new CodecError({ format: file, reason: message }))
    )
    return value as KindValues[ArtifactKind]
  })

const readFolder = (root: string, prefix: string): { readonly [path: string]: Uint8Array } => {
  if (!statSync(root).isDirectory()) throw new Error("a Directory is read from a folder")
  const files: Record<string, Uint8Array> = {}
  for (const entry of readdirSync(join(root, prefix), { withFileTypes: true })) {
    const path = prefix === "" ? entry.name : `${prefix}/${entry.name}`
    if (entry.isDirectory()) Object.assign(files, readFolder(root, path))
    // A link could lead out of the folder that the user named.
    else if (entry.isFile()) files[path] = readFileSync(join(root, path))
  }
  return files
}

const readNpz = (bytes: Uint8Array): Coded<{ readonly [name: string]: Tensor }> =>
  Result.gen(function* () {
    const tensors: Record<string, Tensor> = {}
    for (const [name, content] of yield* readZip(bytes)) {
      tensors[name.replace(/\.npy$/u, "")] = yield* decodeNpy(content)
    }
    return tensors
  })

const pick = (tensors: { readonly [name: string]: Tensor }, member: string | undefined): Coded<Tensor> => {
  const names = Object.keys(tensors)
  const tensor = tensors[member ?? names[0] ?? ""]
  if (member === undefined && names.length > 1) {
    return refuse("npz", `it holds ${names.join(", ")}: name one as file.npz#${names[0]}`)
  }
  return tensor === undefined
    ? refuse("npz", `it has no array "${member}" (arrays: ${names.join(", ")})`)
    : Result.succeed(tensor)
}

/** Nested lists of numbers, or `{ shape, data }`. */
const tensorFromJson = (value: Json): Coded<Tensor> =>
  Result.gen(function* () {
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      const map = value as { readonly [key: string]: Json }
      const { shape, data } = map
      if (!isNumbers(shape) || !isNumbers(data) || elementCount(shape) !== data.length) {
        return yield* refuse("JSON", "it is neither nested lists of numbers nor { shape, data } that fit")
      }
      return { shape, data: Float64Array.from(data) }
    }
    const shape: Array<number> = []
    for (let inner = value; Array.isArray(inner); inner = inner[0] ?? null) shape.push(inner.length)
    const data = new Float64Array(elementCount(shape))
    const filled = fill(value, shape, 0, data, 0)
    if (typeof filled === "string") return yield* refuse("JSON", filled)
    return { shape, data }
  })

/** Copies nested lists in order; the number of elements copied, or what is wrong. */
const fill = (
  value: Json,
  shape: ReadonlyArray<number>,
  axis: number,
  data: Float64Array,
  at: number
): number | string => {
  if (axis === shape.length) {
    if (typeof value !== "number") return `element ${at} is no number`
    data[at] = value
    return 1
  }
  if (!Array.isArray(value) || value.length !== shape[axis]) return `its lists differ in length on axis ${axis}`
  let count = 0
  for (const item of value) {
    const filled = fill(item, shape, axis + 1, data, at + count)
    if (typeof filled === "string") return filled
    count += filled
  }
  return count
}

const isNumbers = (value: Json | undefined): value is ReadonlyArray<number> =>
  Array.isArray(value) && value.every((item) => typeof item === "number")

const modelFromJson = (value: Json): Coded<KindValues["Model"]> =>
  Result.gen(function* () {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      return yield* refuse("JSON", "a model is a map from names to nested lists of numbers")
    }
    const tensors: Record<string, Tensor> = {}
    for (const [name, item] of Object.entries(value)) tensors[name] = yield* tensorFromJson(item)
    return { tensors, metadata: {} }
  })

interface Csv {
  readonly names: ReadonlyArray<string>
  readonly rows: Float64Array
  readonly width: number
}

/** Numbers between commas; a first line that is not all numbers names the columns. */
const readCsv = (bytes: Uint8Array): Coded<Csv> =>
  attempt("CSV", () => {
    const lines = new TextDecoder()
      .decode(bytes)
      .split(/\r?\n/u)
      .filter((line) => line.trim() !== "")
    const cells = lines.map((line) => line.split(",").map((cell) => cell.trim()))
    const first = cells[0] ?? []
    const hasHeader = first.some((cell) => cell === "" || Number.isNaN(Number(cell)))
    const body = hasHeader ? cells.slice(1) : cells
    const width = first.length
    const rows = new Float64Array(body.length * width)
    for (const [row, line] of body.entries()) {
      const number = row + (hasHeader ? 2 : 1)
      if (line.length !== width) throw new Error(`line ${number} has ${line.length} cells, the first has ${width}`)
      for (const [column, cell] of line.entries()) {
        const value = Number(cell)
        if (cell === "" || (Number.isNaN(value) && cell.toLowerCase() !== "nan")) {
          throw new Error(`line ${number}, column ${column + 1}: "${cell}" is no number`)
        }
        rows[row * width + column] = value
      }
    }
    return { names: hasHeader ? first : first.map((_, column) => `c${column}`), rows, width }
  })

const tableFromCsv = ({ names, rows, width }: Csv): KindValues["Table"] => {
  const height = rows.length / Math.max(1, width)
  const columns = names.map((name, column): [string, Float64Array] => [
    name,
    Float64Array.from({ length: height }, (_, row) => rows[row * width + column] ?? Number.NaN)
  ])
  return { columns: Object.fromEntries(columns) }
}
