/** What the stage types of an ADMM share: the run of its course, and what is recorded of its end. */
import { Checkpoint, Metric } from "athanor/stage"
import { Effect, Schema } from "effect"
import type { AdmmCourse } from "./AdmmCourse.ts"
import type { Polished } from "./polish.ts"

export const relaxation = Schema.Finite.check(Schema.isBetween({ minimum: 1, maximum: 1.9 }))
  .annotate({ description: "Over-relaxation α, 1 for the plain method" })
  .pipe(Schema.withDecodingDefaultKey(Effect.succeed(1.6)))

export const tolerance = Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0))
  .annotate({ description: "Ends when the norms of all residuals are at most this" })
  .pipe(Schema.withDecodingDefaultKey(Effect.succeed(1e-6)))

export const every = Schema.Int.check(Schema.isGreaterThan(0))
  .annotate({ description: "Iterations from one record of the residuals to the next" })
  .pipe(Schema.withDecodingDefaultKey(Effect.succeed(25)))

/** Iterations of a course from one number to another, or until its residuals are small. */
export const runAdmm = (
  course: AdmmCourse,
  { from, total, outputs }: { readonly from: number; readonly total: number; readonly outputs: () => object }
) =>
  Checkpoint.steps({
    from,
    total,
    unit: "iterations",
    body: () => course.step(),
    until: () => course.isDone,
    outputs
  })

/** The objective of the network that is returned, with its bound where that was polished, and what the method alone has come to. */
export const recordEnd = (course: AdmmCourse, patterns: number, polished: Polished | undefined) => {
  const { objective, blocks, cone, dual } = course.now()
  return Metric.recordAll({
    objective: polished?.objective ?? objective,
    "objective of ADMM": objective,
    patterns,
    iterations: course.iterations,
    "residual of blocks": blocks,
    "residual of cones": cone,
    "residual of optimality": dual,
    ...(polished === undefined ? {} : { bound: polished.bound, gap: polished.gap })
  })
}
