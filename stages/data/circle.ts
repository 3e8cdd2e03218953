/** Points on the unit circle. */

import { StageType } from "athanor/stage"
import { Effect, Schema } from "effect"
import { cos, sin } from "../math/Elementary.ts"

export default StageType.make({
  name: "data/circle",
  summary: "Points on the unit circle, evenly spaced or at given angles",
  determinism: "bitwise",
  params: Schema.Struct({
    points: Schema.Int.check(Schema.isGreaterThan(0))
      .annotate({ description: "How many points; not used when angles are given" })
      .pipe(Schema.withDecodingDefaultKey(Effect.succeed(61))),
    from: Schema.Finite.annotate({ description: "First angle, radians" }).pipe(
      Schema.withDecodingDefaultKey(Effect.succeed(-Math.PI))
    ),
    to: Schema.Finite.annotate({ description: "Last angle, radians" }).pipe(
      Schema.withDecodingDefaultKey(Effect.succeed(Math.PI))
    ),
    angles: Schema.Array(Schema.Finite)
      .annotate({ description: "Angles, radians; evenly spaced ones when empty" })
      .pipe(Schema.withDecodingDefaultKey(Effect.succeed([])))
  }),
  inputs: {},
  outputs: { points: "Tensor", angles: "Tensor" },
  run: ({ params }) =>
    Effect.sync(() => {
      const angles = params.angles.length > 0 ? Float64Array.from(params.angles) : evenly(params)
      const points = new Float64Array(2 * angles.length)
      for (const [index, angle] of angles.entries()) {
        points[2 * index] = cos(angle)
        points[2 * index + 1] = sin(angle)
      }
      return {
        points: { shape: [angles.length, 2], data: points },
        angles: { shape: [angles.length], data: angles }
      }
    })
})

interface Range {
  readonly points: number
  readonly from: number
  readonly to: number
}

/** Both ends included. */
const evenly = ({ points, from, to }: Range): Float64Array =>
  Float64Array.from({ length: points }, (_, index) =>
    points === 1 ? from : from + ((to - from) * index) / (points - 1)
  )
