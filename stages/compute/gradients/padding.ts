/** Rules of paddings that repeat the tensor, and of its repetition. */
import tf from "@tensorflow/tfjs"
import type { Rule } from "./Rule.ts"
import { along, around } from "./shapes.ts"

/** What was mirrored comes back to where it came from; as shipped, it is lost. */
const mirrorPad: Rule = {
  kernel: "MirrorPad",
  pullBack: (dy, _, attrs) => {
    const paddings = attrs["paddings"] as ReadonlyArray<readonly [number, number]>
    const edge = attrs["mode"] === "reflect" ? 1 : 0
    return { x: () => paddings.reduce((x, [left, right], axis) => fold(x, axis, left, right, edge), dy) }
  }
}

/** Adds both margins along an axis, mirrored, to the middle; with an `edge` of 1 its outermost elements were not repeated. */
const fold = (x: tf.Tensor, axis: number, left: number, right: number, edge: number): tf.Tensor => {
  if (left === 0 && right === 0) return x
  const count = x.shape[axis]! - left - right
  const part = (begin: number, size: number): tf.Tensor =>
    tf.slice(
      x,
      x.shape.map((_, at) => (at === axis ? begin : 0)),
      x.shape.map((extent, at) => (at === axis ? size : extent))
    )
  const placed = (margin: tf.Tensor, begin: number): tf.Tensor =>
    tf.pad(tf.reverse(margin, axis), along(axis, x.rank, begin, count - begin - margin.shape[axis]!))
  let middle = part(left, count)
  if (left > 0) middle = tf.add(middle, placed(part(0, left), edge))
  if (right > 0) middle = tf.add(middle, placed(part(left + count, right), count - edge - right))
  return middle
}

/** For any number of axes. */
const tile: Rule = {
  kernel: "Tile",
  saves: ["x"],
  pullBack: (dy, [x], attrs) => {
    const reps = attrs["reps"] as ReadonlyArray<number>
    return { x: () => reps.reduce((sum, times, axis) => gather(sum, axis, times, x!.shape[axis]!), dy) }
  }
}

const gather = (x: tf.Tensor, axis: number, times: number, extent: number): tf.Tensor => {
  if (times === 1) return x
  const [before, , after] = around(x.shape, axis)
  return tf.reshape(tf.sum(tf.reshape(x, [before, times, extent, after]), 1), x.shape.with(axis, extent))
}

export const PADDING: ReadonlyArray<Rule> = [mirrorPad, tile]
