/** The forms in which people ask for artifacts, by the end of a file's name: the stored form, and text made of it. */
import { Result } from "effect"
import { type Coded, refuse } from "../codec/CodecError.ts"
import type { ArtifactKind, Json, KindValues, Table, Tensor } from "../stage/ArtifactKind.ts"
import { csvRow } from "./csv-row.ts"

/** Writes a value as text. */
export type Exporter<K extends ArtifactKind> = (value: KindValues[K]) => Coded<string>

interface Forms<K extends ArtifactKind> {
  /** Endings under which the stored bytes are what the name says. */
  readonly stored: ReadonlyArray<string>
  /** Endings under which a figure is drawn. */
  readonly drawn?: ReadonlyArray<string>
  readonly exported?: { readonly [ending: string]: Exporter<K> }
}

const FORMS: { readonly [K in ArtifactKind]: Forms<K> } = {
  Tensor: {
    stored: [".npy"],
    exported: { ".csv": (value) => tensorToCsv(value), ".json": (value) => tensorToJson(value) }
  },
  Table: {
    stored: [".arrow"],
    exported: { ".csv": (value) => tableToCsv(value), ".json": (value) => tableToJson(value) }
  },
  Metrics: { stored: [".json"] },
  Figure: { stored: [".json"], drawn: [".svg", ".png"] },
  Model: { stored: [".safetensors"] },
  Json: { stored: [".json"] },
  Directory: { stored: [] }
}

/** Endings that promise a format; any other is a name that the user chose, and gets the stored form. */
const PROMISES = new Set(
  ".npy .npz .csv .tsv .json .yaml .yml .arrow .parquet .h5 .mat .xlsx .safetensors .pt .svg .png .pdf .jpg .jpeg .gif .webp .html .zip".split(
    " "
  )
)

const endingOf = (destination: string): string => /\.[^./\\]+$/u.exec(destination)?.[0].toLowerCase() ?? ""

/** What writes a kind for a destination of this name; `undefined` when that is not text made of the stored form. */
export const exporterOf = <K extends ArtifactKind>(kind: K, destination: string): Exporter<K> | undefined =>
  FORMS[kind].exported?.[endingOf(destination)]

/** Why a kind cannot be written to a destination of this name; `undefined` when it can. */
export const refusalOf = (kind: ArtifactKind, destination: string): string | undefined => {
  const ending = endingOf(destination)
  const { stored, drawn = [], exported = {} } = FORMS[kind]
  const takes = [...stored, ...drawn, ...Object.keys(exported)]
  if (kind === "Directory" || takes.includes(ending) || !PROMISES.has(ending)) return undefined
  return `a ${kind} is written as ${takes.join(", ")}, not ${ending}`
}

const tensorToCsv = ({ shape, data }: Tensor): Coded<string> => {
  if (shape.length > 2) return refuse("CSV", `it has rows and columns; the tensor has ${shape.length} axes`)
  const width = shape.length === 2 ? (shape[1] ?? 1) : 1
  const rows = Array.from({ length: width === 0 ? 0 : data.length / width }, (_, row) =>
    Array.from(data.subarray(row * width, (row + 1) * width), String).join(",")
  )
  return Result.succeed(lines(rows))
}

const tensorToJson = ({ shape, data }: Tensor): Coded<string> =>
  data.every(Number.isFinite) ? Result.succeed(`${JSON.stringify(nested(shape, data))}\n`) : refuseNonFinite()

/** Lists in lists, as the axes are. */
const nested = (shape: ReadonlyArray<number>, data: Tensor["data"]): Json => {
  const [length, ...inner] = shape
  if (length === undefined) return data[0] ?? null
  const size = inner.reduce((product, axis) => product * axis, 1)
  return Array.from({ length }, (_, index) => nested(inner, data.subarray(index * size, (index + 1) * size)))
}

const tableToCsv = ({ columns }: Table): Coded<string> => {
  const names = Object.keys(columns)
  return Result.succeed(lines([csvRow(names), ...rowsOf(columns).map(csvRow)]))
}

const tableToJson = ({ columns }: Table): Coded<string> => {
  const names = Object.keys(columns)
  const rows = rowsOf(columns)
  if (rows.flat().some((value) => typeof value === "number" && !Number.isFinite(value))) return refuseNonFinite()
  const records = rows.map((row) => Object.fromEntries(row.map((value, column) => [names[column] ?? "", value])))
  return Result.succeed(`${JSON.stringify(records, null, 2)}\n`)
}

const refuseNonFinite = (): Coded<never> => refuse("JSON", "it has no NaN and no infinity, and here are some")

const rowsOf = (columns: Table["columns"]): ReadonlyArray<ReadonlyArray<string | number>> => {
  const values = Object.values(columns)
  return Array.from({ length: values[0]?.length ?? 0 }, (_, row) => values.map((column) => column[row] ?? ""))
}

const lines = (texts: ReadonlyArray<string>): string => texts.map((text) => `${text}\n`).join("")
