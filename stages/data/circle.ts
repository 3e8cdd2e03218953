/**
 * Points on the unit circle.
 *
 * The default is for drawing: it goes from −π to π with both ends, which are one point. A kernel of such points is singular. Give `to` or
 * `angles` where it is to be inverted.
 */

import { StageType } from "athanor/stage"
import { Effect, Schema } from "effect"
import { cos, LARGEST_ANGLE, sin } from "../math/special/Elementary.ts"

/** Radians. */
const Angle = Schema.Finite.check(Schema.isBetween({ minimum: -LARGEST_ANGLE, maximum: LARGEST_ANGLE }))

export default StageType.make({
  name: "data/circle",
  summary: "Points on the unit circle, evenly spaced or at given angles",
  determinism: "bitwise",
  params: Schema.Struct({
    points: Schema.Int.check(Schema.isGreaterThan(0))
      .annotate({ description: "How many points; not used when angles are given" })
      .pipe(Schema.withDecodingDefaultKey(Effect.succeed(61))),
    from: Angle.annotate({ description: "First angle, radians" }).pipe(
      Schema.withDecodingDefaultKey(Effect.succeed(-Math.PI))
    ),
    to: Angle.annotate({ description: "Last angle, radians; at −π and π lies one point" }).pipe(
      Schema.withDecodingDefaultKey(Effect.succeed(Math.PI))
    ),
    angles: Schema.Array(Angle)
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

/** Both ends included, to the last bit. */
const evenly = ({ points, from, to }: Range): Float64Array =>
  Float64Array.from({ length: points }, (_, index) => {
    if (index === 0) return from
    return index === points - 1 ? to : from + ((to - from) * index) / (points - 1)
  })
