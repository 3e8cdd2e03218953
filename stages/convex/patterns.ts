/** Activation patterns as an artifact, so that methods can share them. */
import { Metric, StageType } from "athanor/stage"
import { Effect, Schema } from "effect"
import { mostPatterns, rankOf } from "./ActivationPatterns.ts"
import { draws, sampled, seed } from "./parameters.ts"
import { allPatterns, sampledPatterns } from "./pattern-source.ts"
import { asPoints } from "./tensors.ts"

export default StageType.make({
  name: "convex/patterns",
  summary: "Activation patterns 1[X u ≥ 0] of points: all of them, or the first distinct ones of random directions",
  source: "Pilanci, Ergen 2020, section 2; Bai et al. 2023, section 3; Cover 1965",
  determinism: "bitwise",
  params: Schema.Struct({
    which: Schema.Literals(["sample", "all"])
      .annotate({
        description: "sample: nested, a larger one begins with a smaller; all: only for few points of low rank"
      })
      .pipe(Schema.withDecodingDefaultKey(Effect.succeed("sample" as const))),
    sampled,
    seed,
    draws,
    limit: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 4_000_000 }))
      .annotate({ description: "Patterns that are listed at most, with which: all" })
      .pipe(Schema.withDecodingDefaultKey(Effect.succeed(1_000_000)))
  }),
  inputs: { X: "Tensor" },
  outputs: { patterns: "Tensor" },
  run: ({ params, inputs }) =>
    Effect.gen(function* () {
      const x = yield* asPoints("X", inputs.X)
      const { rows, count, active } = yield* params.which === "all"
        ? allPatterns(x, params.limit)
        : sampledPatterns(x, params)
      const rank = rankOf(x)
      yield* Metric.recordAll({ patterns: count, rank })
      const possible = mostPatterns(rows, rank)
      if (Number.isSafeInteger(possible)) yield* Metric.record("possible", possible)
      return { patterns: { shape: [rows, count], data: active } }
    })
})
