/** Principal components of a kernel. */
import { Metric, StageType, Thrown } from "athanor/stage"
import { Effect, Schema } from "effect"
import { leading, NoEigenpair } from "../math/linear/SymmetricEigen.ts"
import { roundOff } from "./spectrum.ts"
import { kernelMatrix } from "./tensors.ts"

/** Power iteration does not come to an end: two eigenvalues are nearly one, or the kernel holds what is no number. */
class NotConverged extends Schema.TaggedError<NotConverged>()("NotConverged", {
  /** Counted from 1. */
  component: Schema.Int,
  /** Relative to the first eigenvalue. */
  residual: Schema.Number,
  iterations: Schema.Int,
  tolerance: Schema.Finite
}) {
  override get message(): string {
    const asked = `${this.tolerance} was asked for, after ${this.iterations} iterations`
    const why = Number.isFinite(this.residual)
      ? "the eigenvalues there are too close to each other"
      : "the kernel holds what is no finite number"
    return `component ${this.component} has a residual of ${this.residual} where ${asked}: ${why}`
  }
}

export default StageType.make({
  name: "kernel/pca",
  summary: "Leading eigenvalues and eigenfunctions of a kernel over the empirical distribution",
  source: "Jacot et al. 2018, section 6.3 (power iteration); Schölkopf et al. 1998",
  determinism: "bitwise",
  params: Schema.Struct({
    components: Schema.Int.check(Schema.isGreaterThan(0))
      .annotate({ description: "How many components" })
      .pipe(Schema.withDecodingDefaultKey(Effect.succeed(3))),
    tolerance: Schema.Finite.check(Schema.isGreaterThan(0))
      .annotate({ description: "Relative residual of an eigenpair" })
      .pipe(Schema.withDecodingDefaultKey(Effect.succeed(1e-10)))
  }),
  inputs: { kernel: "Tensor" },
  outputs: { eigenvalues: "Tensor", eigenfunctions: "Tensor" },
  run: ({ params: { components, tolerance }, inputs }) =>
    Effect.gen(function* () {
      const { data, n } = yield* kernelMatrix("kernel", inputs.kernel)
      const matrix = data.map((element) => element / n)
      const { values, vectors } = yield* leadingPairs(matrix, n, Math.min(components, n), tolerance)
      for (const [index, value] of values.entries()) yield* Metric.record(`lambda${index + 1}`, value)
      for (const index of [1, 2]) {
        const [before = 0, value = 0] = values.subarray(index - 1)
        // A gap to round-off says nothing.
        if (Math.abs(value) <= roundOff(values[0]!, n)) continue
        yield* Metric.record(`lambda${index}/lambda${index + 1}`, before / value)
      }
      // Of norm 1 in the empirical distribution: 1/N Σ f(x)² = 1.
      const functions = vectors.map((component) => component * Math.sqrt(n))
      return {
        eigenvalues: { shape: [values.length], data: values },
        eigenfunctions: { shape: [values.length, n], data: functions }
      }
    })
})

const leadingPairs = (matrix: Float64Array, n: number, count: number, tolerance: number) =>
  Thrown.asFailure([NoEigenpair], () => leading(matrix, n, count, { tolerance })).pipe(
    Effect.mapError(
      ({ index, residual, iterations }) => new NotConverged({ component: index + 1, residual, iterations, tolerance })
    )
  )
