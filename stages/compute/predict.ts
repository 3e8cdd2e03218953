/** What a trained network makes of data. */
import tf from "@tensorflow/tfjs"
import type { Model, Tensor } from "athanor/stage"
import { Effect } from "effect"
import { sizeOf } from "./gradients/shapes.ts"
import { rows } from "./minibatches.ts"
import { dispose, type Parameters, upload, valuesOf } from "./Parameters.ts"

/** Rows that are looked at together unless it is said otherwise: what a layer makes of them has to find room. */
const BATCH = 500

/**
 * The results of `network` for all rows of `data`, in order, inside a `session`; it is called for `batch` rows at a time, inside
 * `tf.tidy`, and gives a row for each. Throws `RangeError` where it does not, or where `batch` is no positive whole number.
 */
export const predict = (
  { tensors }: Pick<Model, "tensors">,
  data: Tensor,
  network: (parameters: Parameters, rows: tf.Tensor) => tf.Tensor,
  { batch = BATCH }: { readonly batch?: number } = {}
): Effect.Effect<Tensor<Float32Array>> =>
  Effect.acquireUseRelease(
    Effect.sync(() => upload(valuesOf(tensors))),
    (parameters) => overBatches(data, batch, (x) => network(parameters, x)),
    (parameters) => Effect.sync(() => dispose(parameters))
  )

const overBatches = Effect.fnUntraced(function* (data: Tensor, batch: number, f: (rows: tf.Tensor) => tf.Tensor) {
  if (!(Number.isInteger(batch) && batch > 0)) throw new RangeError(`a batch of ${batch} rows cannot be taken`)
  const [count = 0, ...width] = data.shape
  const parts: Array<Float32Array> = []
  // Without rows one of zeros tells the shape: not every kernel takes none.
  const sample = tf.tidy(() => (count === 0 ? f(tf.zeros([1, ...width])).shape : undefined))
  let rest = sample?.slice(1) ?? []
  for (let first = 0; first < count; first += batch) {
    const numbers = Int32Array.from({ length: Math.min(batch, count - first) }, (_, at) => first + at)
    const results = tf.tidy(() => f(rows(data, numbers)))
    rest = results.shape.slice(1)
    parts.push(new Float32Array(yield* Effect.promise(() => results.data())))
    results.dispose()
    if (results.shape[0] !== numbers.length)
      throw new RangeError(`of ${numbers.length} rows the network made ${results.shape[0] ?? "a scalar"}`)
  }
  return { shape: [count, ...rest], data: joined(parts, count * sizeOf(rest)) }
})

const joined = (parts: ReadonlyArray<Float32Array>, length: number): Float32Array<ArrayBuffer> => {
  const whole = new Float32Array(length)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
