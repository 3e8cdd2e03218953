/** How far backends agree on one and the same training. */
import { Metric, Port, StageType, type Table, type Tensor } from "athanor/stage"
import { Effect, Schema } from "effect"
import { ShapeMismatch } from "../math/ShapeMismatch.ts"
import { choiceOf } from "./choice-of.ts"
import { colorBy, shown } from "./encoding.ts"
import { columnOf, grouped, partnerOf, textOf } from "./items.ts"

/** What one backend made of the training of a network. */
interface Result {
  readonly network: string
  readonly backend: string
  readonly course: Table
  readonly probabilities: Tensor
}

/** That of the processor computes each operation as it is written: the others are measured by it, or by the first. */
const REFERENCE = "cpu"

export default StageType.make({
  name: "classifier/agreement",
  summary: "Differences between backends in loss and probabilities after the same training",
  determinism: "bitwise",
  params: Schema.Struct({}),
  inputs: { courses: Port.many("Table"), probabilities: Port.many("Tensor") },
  outputs: { figure: "Figure", summary: "Table" },
  run: ({ inputs: { courses, probabilities } }) =>
    Effect.gen(function* () {
      const results = yield* Effect.forEach(courses, (item) =>
        Effect.all({
          network: textOf("courses", item, "network"),
          backend: textOf("courses", item, "backend"),
          course: Effect.succeed(item.value),
          probabilities: partnerOf("courses", item, "probabilities", probabilities)
        })
      )
      const pairs = grouped(results, ({ network }) => network).flatMap(([, members]) => pairsOf(members))
      const rows = yield* Effect.forEach(pairs, ([reference, other]) => compare(reference, other))
      yield* Metric.record("backends", new Set(results.map(({ backend }) => backend)).size)
      for (const { network, backend, alike, probability, loss } of rows) {
        const place = `network=${network},backend=${backend}`
        yield* Metric.recordAll({ [`alike@${place}`]: alike, [`probability@${place}`]: probability })
        yield* Metric.record(`loss@${place}`, loss)
      }
      return { figure: { spec: figure(pairs) }, summary: { columns: columnsOf(rows) } }
    })
})

type Pair = readonly [reference: Result, other: Result]

const pairsOf = (members: ReadonlyArray<Result>): ReadonlyArray<Pair> => {
  const reference = members.find(({ backend }) => backend === REFERENCE) ?? members[0]
  return members.flatMap((member) =>
    reference === undefined || member === reference ? [] : [[reference, member] as const]
  )
}

/**
 * `alike`: the share of test images that both put into the same class. `probability`: the largest difference of a probability.
 * `loss`: the largest relative difference of the loss in the course of the training.
 */
const compare = (reference: Result, other: Result) =>
  Effect.gen(function* () {
    const [a, b] = [reference.probabilities, other.probabilities]
    const [count = 0, classes = 1] = a.shape
    if (a.shape.join() !== b.shape.join() || a.shape.length !== 2) {
      const expected = `${a.shape.join(" × ")}, as ${reference.backend} gave`
      return yield* new ShapeMismatch({ input: `probabilities of ${other.backend}`, found: b.shape, expected })
    }
    let [alike, probability] = [0, 0]
    for (let row = 0; row < count; row++) {
      if (choiceOf(a.data, row, classes) === choiceOf(b.data, row, classes)) alike++
    }
    for (const [at, value] of a.data.entries()) probability = Math.max(probability, Math.abs(value - (b.data[at] ?? 0)))
    const loss = differences([reference, other]).reduce((most, { difference }) => Math.max(most, difference), 0)
    return {
      network: other.network,
      reference: reference.backend,
      backend: other.backend,
      alike: alike / count,
      probability,
      loss
    }
  })

/** Relative differences of the loss, at each row of the course. */
const differences = ([reference, other]: Pair) => {
  const expected = columnOf(reference.course, "loss")
  const found = columnOf(other.course, "loss")
  return Array.from(columnOf(other.course, "step"), (step, row) => {
    const loss = expected[row] ?? Number.NaN
    return { step, difference: Math.abs((found[row] ?? Number.NaN) - loss) / Math.abs(loss) }
  })
}

type Row = Effect.Success<ReturnType<typeof compare>>

const columnsOf = (rows: ReadonlyArray<Row>) => ({
  network: rows.map(({ network }) => network),
  reference: rows.map(({ reference }) => reference),
  backend: rows.map(({ backend }) => backend),
  alike: Float64Array.from(rows, ({ alike }) => alike),
  probability: Float64Array.from(rows, ({ probability }) => probability),
  loss: Float64Array.from(rows, ({ loss }) => loss)
})

/** Where no difference is drawn: below the spacing of float32, on an axis that has no zero. */
const NONE = 1e-8

const figure = (pairs: ReadonlyArray<Pair>) => {
  const values = pairs.flatMap((pair) =>
    differences(pair).map(({ step, difference }) => ({
      network: pair[1].network,
      backend: pair[1].backend,
      step,
      difference: Math.max(shown(difference), NONE)
    }))
  )
  const names = [...new Set(pairs.map(([, { backend }]) => backend))]
  return {
    title: {
      text: "The same training on other backends",
      subtitle: `Relative difference of the loss to that on ${pairs[0]?.[0].backend ?? "a second backend, of which there is none"}; none is drawn as 10⁻⁸`
    },
    data: { values },
    facet: { column: { field: "network", type: "nominal", title: null, header: { labelFontWeight: "bold" } } },
    spec: {
      width: 300,
      height: 220,
      mark: { type: "line", point: true, strokeWidth: 1.3 },
      encoding: {
        x: { field: "step", type: "quantitative", title: "step", axis: { grid: false } },
        y: {
          field: "difference",
          type: "quantitative",
          title: "difference",
          scale: { type: "log" },
          axis: { format: ".0e" }
        },
        color: colorBy("backend", "backend", names)
      }
    }
  }
}
