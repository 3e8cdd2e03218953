/** Networks for many weights of the penalty, each from the one before. */
import { Checkpoint, Metric, Port, Progress, StageType } from "athanor/stage"
import { Effect, Schema } from "effect"
import { logarithmic } from "./logarithmic.ts"
import { PLAIN_COLOR } from "./method-colors.ts"
import { draws, sampled, seed } from "./parameters.ts"
import { patternsFrom } from "./pattern-source.ts"
import { RegularisationPath } from "./RegularisationPath.ts"
import { asExamples } from "./tensors.ts"

/** Rounds for a β that can be interrupted: far fewer are needed. */
const ROUNDS = 1000

const Weight = Schema.Finite.check(Schema.isBetween({ minimum: 1e-6, maximum: 1 }))

export default StageType.make({
  name: "convex/path",
  summary:
    "Regularisation path of the convex program over given or sampled patterns: optima for falling β, each from the one before",
  source: "Bai, Gautam, Sojoudi 2023, section 3; warm starts: Friedman, Hastie, Tibshirani 2010",
  determinism: "bitwise",
  extends: { param: "points" },
  params: Schema.Struct({
    points: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1000 }))
      .annotate({ description: "Values of β, from the largest on at which the network is 0" })
      .pipe(Schema.withDecodingDefaultKey(Effect.succeed(12))),
    ratio: Weight.annotate({ description: "β of a point over that of the point before" }).pipe(
      Schema.withDecodingDefaultKey(Effect.succeed(0.6))
    ),
    tolerance: Schema.Finite.check(Schema.isBetween({ minimum: 1e-9, maximum: 0.5 }))
      .annotate({ description: "Relative duality gap of each point" })
      .pipe(Schema.withDecodingDefaultKey(Effect.succeed(1e-6))),
    sampled,
    seed,
    draws
  }),
  inputs: { X: "Tensor", y: "Tensor", patterns: Port.optional("Tensor") },
  outputs: { path: "Table", state: "Json", figure: "Figure" },
  run: ({ params, inputs, start }) =>
    Effect.gen(function* () {
      const examples = yield* asExamples(inputs.X, inputs.y)
      const patterns = yield* patternsFrom(examples.x, inputs.patterns, params)
      const path = new RegularisationPath(examples, patterns, params)
      if (start !== undefined) path.resume(start.outputs.path, start.outputs.state)
      const outputs = () => ({ path: path.table(), state: path.state(), figure: { spec: figure(path) } })
      const { isDue, save } = yield* Checkpoint.Checkpoint
      const keep = () => (path.points.length === 0 ? undefined : save(path.points.length, outputs()))
      while (path.points.length < params.points) {
        const unit = `rounds at β ${path.points.length + 1} of ${params.points}`
        yield* Progress.steps(ROUNDS, unit, () => path.round(), { until: () => path.isProven }).pipe(
          Effect.onInterrupt(() => Effect.sync(keep))
        )
        path.next()
        if (isDue()) keep()
      }
      const { points } = path
      yield* Metric.recordAll({
        "largest gap": points.reduce((most, { gap }) => Math.max(most, gap), 0),
        "most neurons": points.reduce((most, { neurons }) => Math.max(most, neurons), 0),
        "smallest loss": points.reduce((least, { loss }) => Math.min(least, loss), Number.POSITIVE_INFINITY)
      })
      return outputs()
    })
})

const figure = ({ points }: RegularisationPath) => {
  const rows = points.flatMap(({ beta, loss, penalty, neurons }) => [
    { beta, quantity: "loss", value: loss },
    { beta, quantity: "Σ ‖v‖", value: penalty },
    { beta, quantity: "neurons", value: neurons }
  ])
  return {
    title: { text: "The regularisation path", subtitle: "optimal networks over the same patterns, for each β" },
    data: { values: rows },
    facet: { column: { field: "quantity", type: "nominal", title: null, header: { labelFontWeight: "bold" } } },
    resolve: { scale: { y: "independent" } },
    spec: {
      width: 230,
      height: 220,
      mark: { type: "line", point: { color: PLAIN_COLOR }, color: PLAIN_COLOR },
      encoding: {
        x: { ...logarithmic("beta", "β") },
        y: { field: "value", type: "quantitative", title: null }
      }
    }
  }
}
