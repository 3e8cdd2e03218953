/** How a network fares when points are moved against it. */
import { Metric, StageType, type Table } from "athanor/stage"
import { Effect, Schema } from "effect"
import { type LossName, lossName, lossNamed } from "./loss-named.ts"
import type { Loss } from "./losses.ts"
import { whole } from "./number-parameters.ts"
import { seed } from "./parameters.ts"
import { ofModel } from "./ReluNetwork.ts"
import { fixed, radiiOf } from "./radii.ts"
import { ATTACKS, type AttackedOutputs, attackedOutputs, severity } from "./robustness.ts"
import { asExamples } from "./tensors.ts"

const Params = Schema.Struct({
  loss: lossName,
  radii: Schema.Array(Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0)))
    .annotate({ description: "How far each coordinate may be moved, one attack for each" })
    .pipe(Schema.withDecodingDefaultKey(Effect.succeed([0.1]))),
  fixed,
  steps: whole("Steps of PGD", 40, 100_000),
  restarts: whole("Random starts of PGD", 5, 100_000),
  boxes: whole("Parts of the box of a point in which the worst case is looked for and bounded", 1, 10_000_000),
  seed
})

export default StageType.make({
  name: "convex/attack",
  summary: "Loss and accuracy of a network under FGSM, PGD and the worst case, with the bound that no attack exceeds",
  source: "Goodfellow et al. 2015 (FGSM); Madry et al. 2018 (PGD); Zhang et al. 2018 and Bunel et al. 2020 (bounds)",
  determinism: "bitwise",
  params: Params,
  inputs: { model: "Model", X: "Tensor", y: "Tensor" },
  outputs: { accuracy: "Table" },
  run: ({ params, inputs }) =>
    Effect.gen(function* () {
      const examples = yield* asExamples(inputs.X, inputs.y)
      const loss = yield* lossNamed(params.loss, examples.y)
      const network = yield* ofModel(inputs.model, examples.x.dimension)
      const rows: Array<Row> = []
      for (const radius of params.radii) {
        const radii = yield* radiiOf(examples.x.dimension, { radius, fixed: params.fixed })
        const outputs = yield* attackedOutputs(network, examples, { ...params, radii })
        rows.push(...rowsOf(outputs, examples.y, loss, radius))
        yield* Metric.record(`excess@radius=${radius}`, excessOf(outputs, examples.y, params.loss))
      }
      for (const { radius, attack, accuracy, meanLoss } of rows) {
        yield* Metric.record(`accuracy@attack=${attack},radius=${radius}`, accuracy)
        yield* Metric.record(`loss@attack=${attack},radius=${radius}`, meanLoss)
      }
      return { accuracy: tableOf(rows) }
    })
})

interface Row {
  readonly radius: number
  readonly attack: string
  readonly accuracy: number
  readonly meanLoss: number
}

/** The share of outputs on the side of their targets, and the mean loss, under each attack. */
const rowsOf = (outputs: AttackedOutputs, y: Float64Array, loss: Loss, radius: number): ReadonlyArray<Row> =>
  ATTACKS.map((attack) => {
    const values = outputs[attack]
    const right = values.reduce((sum, value, i) => sum + (value * y[i]! > 0 ? 1 : 0), 0)
    return { radius, attack, accuracy: right / y.length, meanLoss: loss.value(values, y) / y.length }
  })

/** By how much the worst that was found exceeds what is proved, of the point where that is most, relative to values above 1: not above rounding. */
const excessOf = ({ worst, certified }: AttackedOutputs, y: Float64Array, loss: LossName): number =>
  worst.reduce((most, output, i) => {
    const [found, proved] = [severity(loss, output, y[i]!), severity(loss, certified[i]!, y[i]!)]
    return Math.max(most, (found - proved) / Math.max(1, Math.abs(proved)))
  }, Number.NEGATIVE_INFINITY)

const tableOf = (rows: ReadonlyArray<Row>): Table => ({
  columns: {
    radius: Float64Array.from(rows, ({ radius }) => radius),
    attack: rows.map(({ attack }) => attack),
    accuracy: Float64Array.from(rows, ({ accuracy }) => accuracy),
    loss: Float64Array.from(rows, ({ meanLoss }) => meanLoss)
  }
})
