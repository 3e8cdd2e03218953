/** Training and test sets out of one collection. */
import { StageType, type Tensor } from "athanor/stage"
import { Effect, Schema } from "effect"
import { stream } from "../math/random/Philox.ts"
import { ShapeMismatch } from "../math/ShapeMismatch.ts"
import { pointsShape } from "./tensors.ts"

export default StageType.make({
  name: "data/split",
  summary: "Shuffles labelled points and sets some aside for testing",
  determinism: "bitwise",
  params: Schema.Struct({
    test: Schema.Int.check(Schema.isGreaterThan(0)).annotate({ description: "How many points are set aside" }),
    seed: Schema.Int.annotate({ description: "Seed of the shuffle" }).pipe(
      Schema.withDecodingDefaultKey(Effect.succeed(0))
    )
  }),
  inputs: { points: "Tensor", labels: "Tensor" },
  outputs: { points: "Tensor", labels: "Tensor", testPoints: "Tensor", testLabels: "Tensor" },
  run: ({ params: { seed, test }, inputs: { labels, points } }) =>
    Effect.gen(function* () {
      const { count } = yield* pointsShape("points", points, 1)
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

/** These rows of a tensor, in this order, of its own element type. */
const rowsOf = ({ data, shape }: Tensor, rows: ArrayLike<number>): Tensor => {
  const [, ...rest] = shape
  const size = rest.reduce((product, length) => product * length, 1)
  const result = data.slice(0, rows.length * size)
  for (let at = 0; at < rows.length; at++) {
    const from = (rows[at] ?? 0) * size
    result.set(data.subarray(from, from + size), at * size)
  }
  return { shape: [rows.length, ...rest], data: result }
}
