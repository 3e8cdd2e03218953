/** Training and test sets out of one or several collections. */
import { Port, StageType, type Tensor } from "athanor/stage"
import { Effect, Schema } from "effect"
import { stream } from "../math/random/Philox.ts"
import { ShapeMismatch } from "../math/ShapeMismatch.ts"
import { pointsShape } from "./tensors.ts"

export default StageType.make({
  name: "data/split",
  summary: "Joins collections of labelled points, shuffles them, and sets some aside for testing",
  determinism: "bitwise",
  params: Schema.Struct({
    test: Schema.Int.check(Schema.isGreaterThan(0)).annotate({ description: "How many points are set aside" }),
    seed: Schema.Int.annotate({ description: "Seed of the shuffle" }).pipe(
      Schema.withDecodingDefaultKey(Effect.succeed(0))
    )
  }),
  inputs: { points: Port.many("Tensor"), labels: Port.many("Tensor") },
  outputs: { points: "Tensor", labels: "Tensor", testPoints: "Tensor", testLabels: "Tensor" },
  run: ({ params: { seed, test }, inputs }) =>
    Effect.gen(function* () {
      const points = yield* joined("points", inputs.points)
      const { count } = yield* pointsShape("points", points, 1)
      const labels = yield* joined("labels", inputs.labels)
      if (labels.shape.length !== 1 || labels.shape[0] !== count) {
        const expected = `${count} labels, one for each point`
        return yield* new ShapeMismatch({ input: "labels", found: labels.shape, expected })
      }
      if (test >= count) {
        const expected = `more than ${test} points, for as many are set aside`
        return yield* new ShapeMismatch({ input: "points", found: points.shape, expected })
      }
      const order = stream(seed, "data/split").permutation(count)
      const [aside, kept] = [order.subarray(0, test), order.subarray(test)]
      return {
        points: rowsOf(points, kept),
        labels: rowsOf(labels, kept),
        testPoints: rowsOf(points, aside),
        testLabels: rowsOf(labels, aside)
      }
    })
})

/** The rows of all, one after the other: of one width and one element type. */
const joined = Effect.fnUntraced(function* (
  input: string,
  items: ReadonlyArray<{ readonly value: Tensor }>
): Effect.fn.Return<Tensor, ShapeMismatch> {
  const [first, ...others] = items.map(({ value }) => value)
  if (first === undefined) {
    return yield* new ShapeMismatch({ input, found: [0], expected: "one collection or more" })
  }
  const [, ...rest] = first.shape
  for (const { data, shape } of others) {
    if (shape.slice(1).join() !== rest.join() || data.constructor !== first.data.constructor) {
      const expected = `rows as those of the first collection, which is ${first.shape.join(" × ")}, of its element type`
      return yield* new ShapeMismatch({ input, found: shape, expected })
    }
  }
  if (others.length === 0) return first
  const all = [first, ...others]
  const count = all.reduce((sum, { shape }) => sum + (shape[0] ?? 0), 0)
  const data = sameType(first, count * sizeOf(rest))
  let at = 0
  for (const one of all) {
    data.set(one.data, at)
    at += one.data.length
  }
  return { shape: [count, ...rest], data }
})

const sizeOf = (shape: ReadonlyArray<number>): number => shape.reduce((product, length) => product * length, 1)

/** Zeros of the element type of a tensor. */
const sameType = ({ data }: Tensor, length: number): Tensor["data"] => {
  const Elements = data.constructor as new (length: number) => Tensor["data"]
  return new Elements(length)
}

/** These rows of a tensor, in this order, of its own element type. */
const rowsOf = (tensor: Tensor, rows: ArrayLike<number>): Tensor => {
  const [, ...rest] = tensor.shape
  const size = sizeOf(rest)
  const data = sameType(tensor, rows.length * size)
  for (let at = 0; at < rows.length; at++) {
    const from = (rows[at] ?? 0) * size
    data.set(tensor.data.subarray(from, from + size), at * size)
  }
  return { shape: [rows.length, ...rest], data }
}
