/** Einstein's sums as products of matrices, for backends that have none or sum them element by element. */
import tf from "@tensorflow/tfjs"
import type { Kernel } from "./replace-kernel.ts"

interface Operand {
  readonly indices: string
  readonly tensor: tf.Tensor
}

/** One or two operands, none of which has an index twice. Throws `RangeError` for others. */
export const EINSUM: Kernel = (inputs, { equation }) =>
  tf.tidy(() => {
    const [left = "", result = ""] = String(equation).replaceAll(/\s/gu, "").split("->")
    const operands = left.split(",").map((indices, i): Operand => ({ indices, tensor: inputs[i]! }))
    for (const { indices } of operands) {
      if (new Set(indices).size !== indices.length) throw new RangeError(`einsum: an index comes twice in "${indices}"`)
    }
    const [a, b, ...others] = operands
    if (a === undefined || others.length > 0) throw new RangeError("einsum takes one operand or two")
    if (b === undefined) return ordered(summed(a, result), result)
    return ordered(contract(summed(a, b.indices + result), summed(b, a.indices + result), result), result)
  })

/** Summed over indices that nothing else has. */
const summed = ({ indices, tensor }: Operand, wanted: string): Operand => {
  const axes = [...indices].flatMap((index, axis) => (wanted.includes(index) ? [] : [axis]))
  if (axes.length === 0) return { indices, tensor }
  return { indices: [...indices].filter((index) => wanted.includes(index)).join(""), tensor: tf.sum(tensor, axes) }
}

/** A batch of products: indices that both have and the result too count pages; those that only the operands have are summed over. */
const contract = (a: Operand, b: Operand, result: string): Operand => {
  const both = [...a.indices].filter((index) => b.indices.includes(index))
  const pages = both.filter((index) => result.includes(index))
  const depth = both.filter((index) => !result.includes(index))
  const rows = [...a.indices].filter((index) => !both.includes(index))
  const columns = [...b.indices].filter((index) => !both.includes(index))
  const left = grouped(a, [pages, rows, depth])
  const right = grouped(b, [pages, depth, columns])
  const extent = (index: string): number => extentOf(a, index) ?? extentOf(b, index) ?? 1
  const indices = [...pages, ...rows, ...columns]
  return { indices: indices.join(""), tensor: tf.reshape(tf.matMul(left, right), indices.map(extent)) }
}

const extentOf = ({ indices, tensor }: Operand, index: string): number | undefined =>
  tensor.shape[indices.indexOf(index)]

/** Axes in three groups, each as one axis. */
const grouped = (operand: Operand, groups: ReadonlyArray<ReadonlyArray<string>>): tf.Tensor => {
  const sizes = groups.map((group) => group.reduce((size, index) => size * (extentOf(operand, index) ?? 1), 1))
  return tf.reshape(ordered(operand, groups.flat().join("")), sizes)
}

const ordered = ({ indices, tensor }: Operand, order: string): tf.Tensor =>
  tf.transpose(
    tensor,
    [...order].map((index) => indices.indexOf(index))
  )
