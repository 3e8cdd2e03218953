/** Tensors and models written by hand as JSON: nested lists of numbers. */

import { Result } from "effect"
import { isRecord } from "../document/is-record.ts"
import type { Json, Model, Tensor } from "../stage/ArtifactKind.ts"
import { type Coded, refuse } from "./CodecError.ts"
import { elementCount, isShape, MAX_AXES } from "./shape.ts"
import { describeValue } from "./unknown-value.ts"

const FORMAT = "JSON"

/** A float64 tensor from nested lists, from one number, or from `{ shape, data }`. */
export const tensorFromJson = (value: Json): Coded<Tensor> => {
  if (isRecord(value)) return tensorFromParts(value)
  const shape = shapeOf(value)
  if (shape.length > MAX_AXES)
    return refuse(FORMAT, `its lists are nested ${shape.length} deep, up to ${MAX_AXES} are read`)
  const data: Array<number> = []
  const wrong = flatten(value, shape, "", data)
  return wrong === undefined ? Result.succeed({ shape, data: Float64Array.from(data) }) : refuse(FORMAT, wrong)
}

/** A model from a map of tensors by name. */
export const modelFromJson = (value: Json): Coded<Model> =>
  Result.gen(function* () {
    if (!isRecord(value)) {
      return yield* refuse(FORMAT, `it is ${describeValue(value)}, not a map from names to nested lists of numbers`)
    }
    const tensors: Array<readonly [string, Tensor]> = []
    for (const [name, item] of Object.entries(value as { readonly [name: string]: Json })) {
      const tensor = Result.mapError(tensorFromJson(item), ({ reason }) => `"${name}": ${reason}`)
      if (Result.isFailure(tensor)) return yield* refuse(FORMAT, tensor.failure)
      tensors.push([name, tensor.success])
    }
    return { tensors: Object.fromEntries(tensors), metadata: {} }
  })

const tensorFromParts = ({ shape, data }: { readonly [key: string]: unknown }): Coded<Tensor> => {
  if (!isShape(shape) || !isNumbers(data)) {
    return refuse(FORMAT, "it is a map; nested lists of numbers are read, or { shape, data } with lists of numbers")
  }
  const count = elementCount(shape)
  return count === data.length
    ? Result.succeed({ shape, data: Float64Array.from(data) })
    : refuse(FORMAT, `shape ${shape.join("×")} needs ${count} elements, data has ${data.length}`)
}

const isNumbers = (value: unknown): value is ReadonlyArray<number> =>
  Array.isArray(value) && value.every((item) => typeof item === "number")

/** Lengths along the first items. */
const shapeOf = (value: Json): ReadonlyArray<number> => {
  const shape: Array<number> = []
  for (let inner: Json | undefined = value; Array.isArray(inner); inner = inner[0]) shape.push(inner.length)
  return shape
}

/** Appends the numbers in order; says where the lists do not have the shape. */
const flatten = (value: Json, shape: ReadonlyArray<number>, path: string, data: Array<number>): string | undefined => {
  const [length, ...inner] = shape
  if (length === undefined) {
    if (typeof value !== "number") return `${path || "it"} is ${describeValue(value)}, not a number`
    data.push(value)
    return undefined
  }
  if (!Array.isArray(value)) return `${path} is ${describeValue(value)}, not a list of ${length}`
  if (value.length !== length) return `${path} has ${value.length} items, those before it have ${length}`
  for (const [index, item] of value.entries()) {
    const wrong = flatten(item, inner, `${path}[${index}]`, data)
    if (wrong !== undefined) return wrong
  }
  return undefined
}
