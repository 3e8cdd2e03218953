/** Shapes that data stages check. */
import type { Tensor } from "athanor/stage"
import { Effect } from "effect"
import { ShapeMismatch } from "../math/ShapeMismatch.ts"

/** The number of points, and of coordinates of each, of a tensor with `least` coordinates or more. */
export const pointsShape = (
  input: string,
  { shape }: Tensor,
  least: number
): Effect.Effect<{ readonly count: number; readonly dimension: number }, ShapeMismatch> => {
  const [count, dimension] = shape
  return shape.length === 2 && count !== undefined && dimension !== undefined && dimension >= least
    ? Effect.succeed({ count, dimension })
    : Effect.fail(new ShapeMismatch({ input, found: shape, expected: `points × at least ${least} coordinates` }))
}
