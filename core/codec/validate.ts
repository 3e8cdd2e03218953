/** Whether what a stage returned is of its kind: types do not hold at run time, least of all in a user's stage. */

import { Result } from "effect"
import { isRecord } from "../document/is-record.ts"
import type { Column, Directory, Figure, Json, Model, Table, Tensor } from "../stage/ArtifactKind.ts"
import { type Coded, refuse } from "./CodecError.ts"
import { isTensorData } from "./elements.ts"
import { METADATA } from "./safetensors.ts"
import { describeShape, elementCount, isShape, MAX_AXES } from "./shape.ts"
import { describeValue } from "./unknown-value.ts"

/** A tensor whose data fits its shape. `what` names it in the error. */
export const validateTensor = (what: string, value: unknown): Coded<Tensor> => {
  if (!isRecord(value)) return refuse(what, `it is ${describeValue(value)}, not { shape, data }`)
  const { shape, data } = value
  if (!isTensorData(data)) {
    return refuse(
      what,
      `its data is ${describeValue(data)}, not a Float64Array, Float32Array, Int32Array or Uint8Array`
    )
  }
  if (!isShape(shape)) {
    const shown = Array.isArray(shape) ? `[${shape.slice(0, 8).join(", ")}]` : describeValue(shape)
    return refuse(what, `its shape is ${shown}, not a list of up to ${MAX_AXES} lengths`)
  }
  const count = elementCount(shape)
  if (count === data.length) return Result.succeed({ shape, data })
  return refuse(what, `shape ${describeShape(shape)} needs ${count} elements, data has ${data.length}`)
}

/** A table of columns of one length. */
export const validateTable = (value: unknown): Coded<Table> =>
  Result.gen(function* () {
    if (!isRecord(value) || !isRecord(value["columns"])) {
      return yield* refuse("Table", `it is ${describeValue(value)}, not { columns }`)
    }
    const columns: Array<readonly [string, Column]> = []
    for (const [name, column] of Object.entries(value["columns"])) {
      columns.push([name, yield* validateColumn(name, column)])
    }
    if (new Set(columns.map(([, column]) => column.length)).size > 1) {
      const shown = columns.map(([name, column]) => `${name}: ${column.length}`).join(", ")
      return yield* refuse("Table", `its columns differ in length (${shown})`)
    }
    return { columns: Object.fromEntries(columns) }
  })

const validateColumn = (name: string, column: unknown): Coded<Column> => {
  if (!name.isWellFormed()) return refuse("Table", `the name of column ${JSON.stringify(name)} is not Unicode text`)
  if (column instanceof Float64Array || column instanceof Int32Array) return Result.succeed(column)
  if (!Array.isArray(column)) {
    const found = describeValue(column)
    return refuse("Table", `column "${name}" is ${found}, not a Float64Array, an Int32Array or a list of texts`)
  }
  const items: ReadonlyArray<unknown> = column
  // A lone half of a surrogate pair has no UTF-8.
  const wrong = items.findIndex((item) => typeof item !== "string" || !item.isWellFormed())
  if (wrong === -1) return Result.succeed(items as ReadonlyArray<string>)
  return refuse("Table", `column "${name}", row ${wrong}: ${describeValue(items[wrong])} is no Unicode text`)
}

/** A figure with a specification that is a map. What it says is the compiler's to judge. */
export const validateFigure = (value: unknown): Coded<Figure> =>
  isRecord(value) && isRecord(value["spec"])
    ? Result.succeed({ spec: value["spec"] as { readonly [key: string]: Json } })
    : refuse("Figure", `it is ${describeValue(value)}, not { spec } with a Vega-Lite specification`)

/** A model of tensors that fit their shapes, and metadata of texts. */
export const validateModel = (value: unknown): Coded<Model> =>
  Result.gen(function* () {
    if (!isRecord(value) || !isRecord(value["tensors"]) || !isRecord(value["metadata"])) {
      return yield* refuse("Model", `it is ${describeValue(value)}, not { tensors, metadata }`)
    }
    const tensors: Array<readonly [string, Tensor]> = []
    for (const [name, tensor] of Object.entries(value["tensors"])) {
      if (name === METADATA) return yield* refuse("Model", `no tensor can be named ${METADATA}`)
      tensors.push([name, yield* validateTensor(`Model: tensor "${name}"`, tensor)])
    }
    const metadata = Object.entries(value["metadata"])
    const wrong = metadata.find(([, text]) => typeof text !== "string")
    if (wrong !== undefined) {
      return yield* refuse("Model", `metadata "${wrong[0]}" is ${describeValue(wrong[1])}, not a text`)
    }
    return { tensors: Object.fromEntries(tensors), metadata: value["metadata"] as Model["metadata"] }
  })

/** A directory of byte arrays; the paths are judged where it is encoded. */
export const validateDirectory = (value: unknown): Coded<Directory> => {
  if (!isRecord(value) || !isRecord(value["files"])) {
    return refuse("Directory", `it is ${describeValue(value)}, not { files }`)
  }
  const wrong = Object.entries(value["files"]).find(([, bytes]) => !(bytes instanceof Uint8Array))
  return wrong === undefined
    ? Result.succeed({ files: value["files"] as Directory["files"] })
    : refuse("Directory", `"${wrong[0]}" is ${describeValue(wrong[1])}, not a Uint8Array`)
}
