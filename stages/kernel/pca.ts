/** Principal components of a kernel. */
import { Metric, StageType } from "athanor/stage"
import { Effect, Schema } from "effect"
import { leading } from "../math/SymmetricEigen.ts"
import { kernelMatrix } from "./tensors.ts"

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
      const { values, vectors } = yield* Effect.sync(() =>
        leading(
          data.map((element) => element / n),
          n,
          Math.min(components, n),
          { tolerance }
        )
      )
      for (const [index, value] of values.entries()) yield* Metric.record(`lambda${index + 1}`, value)
      if (values.length > 1) yield* Metric.record("lambda1/lambda2", values[0]! / values[1]!)
      if (values.length > 2) yield* Metric.record("lambda2/lambda3", values[1]! / values[2]!)
      // Of norm 1 in the empirical distribution: 1/N Σ f(x)² = 1.
      const functions = vectors.map((component) => component * Math.sqrt(n))
      return {
        eigenvalues: { shape: [values.length], data: values },
        eigenfunctions: { shape: [values.length, n], data: functions }
      }
    })
})
