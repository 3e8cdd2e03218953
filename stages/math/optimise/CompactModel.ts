/**
 * The matrix B = θ I − W M Wᵀ of second derivatives that fits the last steps of a minimiser.
 *
 * Source: R. H. Byrd, J. Nocedal and R. B. Schnabel, Mathematical Programming 63 (1994), theorem 2.3.
 */
import { dot, scale } from "../linear/Vector.ts"
import { solveSmall } from "./SmallSystem.ts"

export interface CompactModel {
  readonly theta: number
  /** The steps and changes, each pair divided by √(sᵀ y), which changes nothing but makes the elements of M comparable. */
  readonly steps: ReadonlyArray<Float64Array>
  readonly changes: ReadonlyArray<Float64Array>
  /** W by columns: first the changes y, then the steps θ s. */
  readonly columns: ReadonlyArray<Float64Array>
  /** Square and symmetric, of the order of `columns`, row-major. */
  readonly middle: Float64Array
}

/** The model without a memory: B = I. */
export const NO_MEMORY: CompactModel = { theta: 1, steps: [], changes: [], columns: [], middle: new Float64Array(0) }

/** The model of steps s and changes y, each sᵀ y > 0, the newest last; `undefined` when rounding has made them dependent. */
export const compactModel = (
  steps: ReadonlyArray<Float64Array>,
  changes: ReadonlyArray<Float64Array>
): CompactModel | undefined => {
  const count = steps.length
  if (count === 0) return NO_MEMORY
  const units = steps.map((s, i) => 1 / Math.sqrt(dot(s, changes[i]!)))
  const s = steps.map((step, i) => multiple(step, units[i]!))
  const y = changes.map((change, i) => multiple(change, units[i]!))
  const theta = dot(y[count - 1]!, y[count - 1]!)
  const order = 2 * count
  // M⁻¹ = [−I, Lᵀ; L, θ Sᵀ S], where L has sᵢᵀ yⱼ below its diagonal and zeros on it.
  const inverse = new Float64Array(order * order)
  for (let i = 0; i < count; i++) {
    inverse[i * order + i] = -1
    for (let j = 0; j <= i; j++) {
      setBoth(inverse, order, count + i, count + j, theta * dot(s[i]!, s[j]!))
      if (j < i) setBoth(inverse, order, count + i, j, dot(s[i]!, y[j]!))
    }
  }
  const middle = solveSmall(inverse, order, identity(order), order)
  if (middle === undefined) return undefined
  return { theta, steps: s, changes: y, columns: [...y, ...s.map((step) => multiple(step, theta))], middle }
}

/** Elements (i, j) and (j, i) of a symmetric matrix. */
export const setBoth = (a: Float64Array, order: number, i: number, j: number, value: number): void => {
  a[i * order + j] = value
  a[j * order + i] = value
}

const multiple = (x: Float64Array, factor: number): Float64Array => {
  const result = x.slice()
  scale(result, factor)
  return result
}

/** The identity, row-major. */
const identity = (order: number): Float64Array => {
  const result = new Float64Array(order * order)
  for (let i = 0; i < order; i++) result[i * order + i] = 1
  return result
}

/** M v. */
export const timesMiddle = ({ columns, middle }: CompactModel, v: Float64Array): Float64Array => {
  const order = columns.length
  const result = new Float64Array(order)
  for (let i = 0; i < order; i++) {
    let sum = 0
    for (let j = 0; j < order; j++) sum += middle[i * order + j]! * v[j]!
    result[i] = sum
  }
  return result
}

/** Wᵀ x. */
export const timesColumns = ({ columns }: CompactModel, x: Float64Array): Float64Array => products(columns, x)

/** The inner product of each vector with x. */
export const products = (vectors: ReadonlyArray<Float64Array>, x: Float64Array): Float64Array => {
  const result = new Float64Array(vectors.length)
  for (let j = 0; j < vectors.length; j++) result[j] = dot(vectors[j]!, x)
  return result
}

/** Row i of W. */
export const rowOf = ({ columns }: CompactModel, i: number): Float64Array => {
  const row = new Float64Array(columns.length)
  for (let j = 0; j < columns.length; j++) row[j] = columns[j]![i]!
  return row
}
