/** How far an adversary may move the coordinates of a point. */
import { Effect, Schema } from "effect"
import { ShapeMismatch } from "../math/ShapeMismatch.ts"

export const radius = Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0))
  .annotate({ description: "How far each coordinate may be moved, ε of the ℓ∞ ball; 0: not at all" })
  .pipe(Schema.withDecodingDefaultKey(Effect.succeed(0.1)))

export const fixed = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))
  .annotate({
    description: "Last coordinates that are never moved: 1 where the last column of X is of ones, for biases"
  })
  .pipe(Schema.withDecodingDefaultKey(Effect.succeed(0)))

/** A radius for each coordinate, 0 for the last `fixed` ones. */
export const radiiOf = (
  dimension: number,
  { radius, fixed }: { readonly radius: number; readonly fixed: number }
): Effect.Effect<Float64Array, ShapeMismatch> =>
  fixed > dimension
    ? Effect.fail(
        new ShapeMismatch({
          input: "X",
          found: [dimension],
          expected: `at least the ${fixed} coordinates that are fixed`
        })
      )
    : Effect.succeed(new Float64Array(dimension).fill(radius, 0, dimension - fixed))
