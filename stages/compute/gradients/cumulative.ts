/** Rules of running sums and products. */
import tf from "@tensorflow/tfjs"
import type { Attributes, Rule } from "./Rule.ts"
import { positiveAxis } from "./shapes.ts"

interface Running {
  readonly axis: number
  readonly exclusive: boolean
  readonly reverse: boolean
}

const running = ({ axis, exclusive, reverse }: Attributes): Running => ({
  axis: Number(axis),
  exclusive: exclusive === true,
  reverse: reverse === true
})

/** As shipped, wrong along all axes but the last. */
const cumsum: Rule = {
  kernel: "Cumsum",
  pullBack: (dy, _, attrs) => {
    const { axis, exclusive, reverse } = running(attrs)
    return { x: () => tf.cumsum(dy, axis, exclusive, !reverse) }
  }
}

/** ∂y_j / ∂x_i is the product with x_i replaced by 1: right also where elements are zero, in n² steps a row. */
const cumprod: Rule = {
  kernel: "Cumprod",
  saves: ["x"],
  pullBack: (dy, [x], attrs) => {
    const { exclusive, reverse } = running(attrs)
    const axis = positiveAxis(running(attrs).axis, x!.rank)
    const last = x!.rank - 1
    const swap = x!.shape.map((_, at) => (at === axis ? last : at === last ? axis : at))
    return {
      x: () => {
        const rows = tf.expandDims(tf.transpose(x!, swap), last)
        const n = x!.shape[axis]!
        const without = tf.add(tf.mul(rows, tf.sub(1, tf.eye(n))), tf.eye(n))
        const products = tf.cumprod(without, last + 1, exclusive, reverse)
        const terms = tf.mul(
          tf.mul(products, dependence(n, exclusive, reverse)),
          tf.expandDims(tf.transpose(dy, swap), last)
        )
        return tf.transpose(tf.sum(terms, last + 1), swap)
      }
    }
  }
}

/** 1 at (i, j) where the j-th product has the i-th factor. */
const dependence = (n: number, exclusive: boolean, reverse: boolean): tf.Tensor => {
  const has = (i: number, j: number): boolean => (i === j ? !exclusive : reverse ? i > j : i < j)
  return tf.tensor2d(
    Float32Array.from({ length: n * n }, (_, at) => Number(has(Math.floor(at / n), at % n))),
    [n, n]
  )
}

export const CUMULATIVE: ReadonlyArray<Rule> = [cumsum, cumprod]
