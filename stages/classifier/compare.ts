/** Loss and accuracy of networks in the course of their training, and what they came to on images that they had not seen. */
import { Metric, type Metrics, Port, StageType, type Table } from "athanor/stage"
import { Effect, Schema } from "effect"
import { mean, standardDeviation } from "../math/special/Statistics.ts"
import { colorBy, shown } from "./encoding.ts"
import { columnOf, grouped, partnerOf, placeOf, textOf } from "./items.ts"

export default StageType.make({
  name: "classifier/compare",
  summary: "Curves of loss and accuracy of several networks, and their accuracy on the test images over several seeds",
  determinism: "bitwise",
  params: Schema.Struct({}),
  inputs: { courses: Port.many("Table"), scores: Port.many("Metrics") },
  outputs: { figure: "Figure", summary: "Table" },
  run: ({ inputs: { courses, scores } }) =>
    Effect.gen(function* () {
      const trainings = yield* Effect.forEach(courses, (item) =>
        Effect.all({
          network: textOf("courses", item, "network"),
          line: Effect.succeed(placeOf(item.matrix)),
          course: Effect.succeed(item.value),
          score: partnerOf("courses", item, "scores", scores)
        })
      )
      const rows = grouped(trainings, ({ network }) => network).map(([network, members]) => ({
        network,
        ...summarise(members.map(({ score }) => score))
      }))
      for (const { network, ...metrics } of rows) {
        for (const [name, value] of Object.entries(metrics)) {
          if (Number.isFinite(value)) yield* Metric.record(`${name}@network=${network}`, value)
        }
      }
      return { figure: { spec: figure(trainings) }, summary: { columns: columnsOf(rows) } }
    })
})

/** Means over the trainings of one network; `spread` is the standard deviation of their accuracies. */
const summarise = (scores: ReadonlyArray<Metrics>) => {
  const [accuracies, losses] = [valuesOf(scores, "accuracy"), valuesOf(scores, "loss")]
  return {
    trainings: scores.length,
    accuracy: mean(accuracies),
    spread: standardDeviation(accuracies),
    loss: mean(losses)
  }
}

const valuesOf = (scores: ReadonlyArray<Metrics>, name: string): Float64Array =>
  Float64Array.from(scores, (score) => score[name] ?? Number.NaN)

type Row = { readonly network: string } & ReturnType<typeof summarise>

const columnsOf = (rows: ReadonlyArray<Row>) => ({
  network: rows.map(({ network }) => network),
  trainings: Int32Array.from(rows, ({ trainings }) => trainings),
  accuracy: Float64Array.from(rows, ({ accuracy }) => accuracy),
  spread: Float64Array.from(rows, ({ spread }) => spread),
  loss: Float64Array.from(rows, ({ loss }) => loss)
})

interface Drawn {
  readonly network: string
  readonly line: string
  readonly course: Table
}

/** What is drawn of a course: the column, its panel, and on which images it was found. */
const CURVES = [
  { column: "loss", panel: "cross entropy", images: "training" },
  { column: "accuracy", panel: "wrong, share", images: "training" },
  { column: "testAccuracy", panel: "wrong, share", images: "test" }
] as const

const figure = (trainings: ReadonlyArray<Drawn>) => {
  const values = trainings.flatMap(({ network, line, course }) => {
    const steps = columnOf(course, "step")
    return CURVES.flatMap(({ column, images, panel }) =>
      Array.from(columnOf(course, column), (value, row) => ({
        panel,
        network,
        images,
        line: `${line},${images}`,
        step: steps[row] ?? Number.NaN,
        value: shown(column === "loss" ? value : 1 - value)
      }))
    )
  })
  const names = [...new Set(trainings.map(({ network }) => network))]
  const panel = (name: string) => ({
    title: name,
    width: 330,
    height: 260,
    // On a logarithmic axis nothing is zero: a batch without a mistake is left out.
    transform: [{ filter: `datum.panel === '${name}' && datum.value > 0` }],
    mark: { type: "line", strokeWidth: 1.3, opacity: 0.75 },
    encoding: {
      x: { field: "step", type: "quantitative", title: "step", axis: { grid: false } },
      y: { field: "value", type: "quantitative", title: null, scale: { type: "log", nice: false } },
      color: colorBy("network", "network", names),
      strokeDash: {
        field: "images",
        type: "nominal",
        title: "images",
        scale: {
          domain: ["training", "test"],
          range: [
            [1, 0],
            [5, 3]
          ]
        }
      },
      detail: { field: "line", type: "nominal" }
    }
  })
  return {
    title: { text: "Training on images", subtitle: "One line for each seed; both axes of height are logarithmic" },
    data: { values },
    hconcat: [panel("cross entropy"), panel("wrong, share")]
  }
}
