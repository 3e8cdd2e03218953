/** Small problems for the tests of global training. */
import { allPatterns } from "../../../stages/convex/pattern-source.ts"
import type { Examples } from "../../../stages/convex/tensors.ts"
import { normals, tensor } from "../arrays.ts"

export const LOSSES = ["squared", "hinge", "logistic"] as const

/** n points of d coordinates, the last a column of ones; targets are normal, labels say whether a point lies outside of a circle. */
export const problem = (name: string, n: number, d: number, isLabelled = true) => {
  const draws = normals(name, n, d)
  const data = draws.data.map((value, at) => (at % d === d - 1 ? 1 : value))
  const sizes = Array.from({ length: n }, (_, i) =>
    data.slice(i * d, (i + 1) * d - 1).reduce((sum, x) => sum + x * x, 0)
  )
  const middle = sizes.toSorted((a, b) => a - b)[Math.floor(n / 2)]!
  const targets = isLabelled ? sizes.map((size) => (size < middle ? -1 : 1)) : [...normals(`${name} targets`, n).data]
  return { X: tensor(data, n, d), y: tensor(targets) }
}

export const examplesOf = ({ X, y }: ReturnType<typeof problem>): Examples => ({
  x: { data: X.data, count: X.shape[0]!, dimension: X.shape[1]! },
  y: y.data
})

/** All patterns, as an effect. */
export const everyPattern = (examples: Examples) => allPatterns(examples.x, 10_000)
