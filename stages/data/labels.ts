/** Labels −1 and 1 from targets, and points with a column of ones. */
import { StageType } from "athanor/stage"
import { Effect, Schema } from "effect"
import { float64 } from "../math/float64.ts"
import { ShapeMismatch } from "../math/ShapeMismatch.ts"
import { pointsShape } from "./tensors.ts"

export default StageType.make({
  name: "data/labels",
  summary:
    "Labels −1 and 1 by the sides of a threshold on which targets lie, and points with a column of ones for a bias",
  determinism: "bitwise",
  params: Schema.Struct({
    threshold: Schema.Finite.annotate({ description: "Targets above have the label 1, the others −1" }).pipe(
      Schema.withDecodingDefaultKey(Effect.succeed(0))
    ),
    bias: Schema.Boolean.annotate({ description: "Whether a column of ones follows the coordinates" }).pipe(
      Schema.withDecodingDefaultKey(Effect.succeed(true))
    )
  }),
  inputs: { points: "Tensor", targets: "Tensor" },
  outputs: { X: "Tensor", y: "Tensor" },
  run: ({ params: { threshold, bias }, inputs: { points, targets } }) =>
    Effect.gen(function* () {
      const { count, dimension } = yield* pointsShape("points", points, 1)
      if (targets.shape.length !== 1 || targets.shape[0] !== count) {
        const expected = `${count} targets, one for each point`
        return yield* new ShapeMismatch({ input: "targets", found: targets.shape, expected })
      }
      const columns = dimension + (bias ? 1 : 0)
      const [X, coordinates] = [new Float64Array(count * columns).fill(1), float64(points)]
      for (let i = 0; i < count; i++) X.set(coordinates.subarray(i * dimension, (i + 1) * dimension), i * columns)
      const y = float64(targets).map((target) => (target > threshold ? 1 : -1))
      return { X: { shape: [count, columns], data: X }, y: { shape: [count], data: y } }
    })
})
