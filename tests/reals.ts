/** Real numbers for properties. */
import { Arbitrary, Schema } from "effect"

const STEPS = 1e6

/** Spread evenly, both ends included: those of `Schema.Finite` are spread over exponents, and nearly all lie next to 0. */
export const reals = (minimum: number, maximum: number): Arbitrary.Arbitrary<number> =>
  Arbitrary.map(
    Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: STEPS }))),
    (step) => minimum + ((maximum - minimum) * step) / STEPS
  )
