/** What a network learns: tensors by name, on the device and off it. */
import tf from "@tensorflow/tfjs"
import type { Tensor } from "athanor/stage"
import { Effect } from "effect"

/** On the device. */
export type Parameters = { readonly [name: string]: tf.Tensor }

/** Off it, as a `Model` has them: float32, for that is what backends compute with. */
export type Values = { readonly [name: string]: Tensor<Float32Array> }

/** One of them. Throws `RangeError` with those that there are where none has the name. */
export const parameterOf = (parameters: Parameters, name: string): tf.Tensor => {
  const found = parameters[name]
  if (found !== undefined) return found
  throw new RangeError(`there is no parameter "${name}" (there are: ${Object.keys(parameters).join(", ") || "none"})`)
}

/** Copies values to the device. The caller disposes of them. */
export const upload = (values: Values): Parameters =>
  mapped(values, ({ data, shape }) => tf.tensor(data.slice(), [...shape], "float32"))

/** Copies tensors from the device; they stay there. */
export const download = (parameters: Parameters): Effect.Effect<Values> =>
  Effect.promise(async () => {
    const names = Object.keys(parameters)
    const values = await Promise.all(names.map((name) => parameters[name]!.data()))
    return Object.fromEntries(
      names.map((name, i) => [name, { shape: [...parameters[name]!.shape], data: new Float32Array(values[i]!) }])
    )
  })

/** The tensors of a stored `Model` as values. Throws `RangeError` where one is not of real numbers. */
export const valuesOf = (tensors: { readonly [name: string]: Tensor }): Values =>
  mapped(tensors, ({ shape, data }) => {
    if (!(data instanceof Float32Array || data instanceof Float64Array))
      throw new RangeError("a model has real numbers")
    return { shape, data: new Float32Array(data) }
  })

export const dispose = (parameters: Parameters): void => tf.dispose(Object.values(parameters))

/** A record of what a function makes of each entry. */
export const mapped = <A, B>(record: { readonly [name: string]: A }, f: (value: A, name: string) => B) =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, f(value, name)]))
