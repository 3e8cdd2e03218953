/** Accuracy of networks under attack against the radius that the attack may use. */
import { Metric, Port, StageType, type Table } from "athanor/stage"
import { Effect, Schema } from "effect"
import { mean, standardDeviation } from "../math/special/Statistics.ts"
import { methodOf, shown } from "./fan-in.ts"
import { METHOD_COLORS } from "./method-colors.ts"
import { ATTACKS } from "./robustness.ts"

/** A table is not one that `convex/attack` makes. */
class NoAccuracyTable extends Schema.TaggedError<NoAccuracyTable>()("NoAccuracyTable", { column: Schema.String }) {
  override get message(): string {
    return `a table has no column ${this.column} as convex/attack gives it`
  }
}

export default StageType.make({
  name: "convex/robust-curves",
  summary:
    "Accuracy of several methods against the radius of the attack, and under each attack; means over runs of a method",
  source: "Bai, Gautam, Sojoudi 2023, section 5",
  determinism: "bitwise",
  params: Schema.Struct({}),
  inputs: { tables: Port.many("Table") },
  outputs: { figure: "Figure", attacks: "Figure", summary: "Table" },
  run: ({ inputs: { tables } }) =>
    Effect.gen(function* () {
      const rows: Array<Row> = []
      for (const [index, item] of tables.entries()) rows.push(...(yield* rowsOf(methodOf(item, index), item.value)))
      const cells = cellsOf(rows)
      for (const { method, attack, radius, accuracy } of cells) {
        yield* Metric.record(`accuracy@attack=${attack},method=${method},radius=${radius}`, accuracy)
      }
      for (const { method, lead } of leadsAt(largestRadius(cells), cells)) {
        yield* Metric.record(`lead@method=${method}`, lead)
      }
      for (const radius of new Set(cells.map((cell) => cell.radius))) {
        for (const { method, lead, error } of leadsAt(radius, cells)) {
          yield* Metric.record(`lead@method=${method},radius=${radius}`, lead)
          if (error !== undefined) yield* Metric.record(`error of lead@method=${method},radius=${radius}`, error)
        }
      }
      return { figure: { spec: curves(cells) }, attacks: { spec: bars(cells) }, summary: summaryOf(cells) }
    })
})

/** One run of a method. */
interface Row {
  readonly method: string
  readonly attack: string
  readonly radius: number
  readonly accuracy: number
}

/** All runs of a method, their accuracies in the order of the runs. */
interface Cell extends Row {
  readonly runs: ReadonlyArray<number>
}

const rowsOf = (method: string, { columns }: Table): Effect.Effect<ReadonlyArray<Row>, NoAccuracyTable> => {
  const { radius, attack, accuracy } = columns
  if (radius === undefined || attack === undefined || accuracy === undefined) {
    const column = ["radius", "attack", "accuracy"].find((name) => columns[name] === undefined) ?? ""
    return Effect.fail(new NoAccuracyTable({ column }))
  }
  return Effect.succeed(
    Array.from({ length: radius.length }, (_, row) => ({
      method,
      attack: String(attack[row]),
      radius: Number(radius[row]),
      accuracy: Number(accuracy[row])
    }))
  )
}

const cellsOf = (rows: ReadonlyArray<Row>): ReadonlyArray<Cell> => {
  const groups = Map.groupBy(rows, ({ method, attack, radius }) => JSON.stringify([method, attack, radius]))
  return [...groups.values()].map((group) => {
    const runs = group.map(({ accuracy }) => accuracy)
    return { ...group[0]!, accuracy: mean(runs), runs }
  })
}

const largestRadius = (cells: ReadonlyArray<Cell>): number =>
  cells.reduce((most, { radius }) => Math.max(most, radius), 0)

interface Lead {
  readonly method: string
  readonly lead: number
  /** Standard error over runs that were made with the same data; of several runs only. */
  readonly error: number | undefined
}

/** By how much a method is above the best other one in the worst case at a radius. */
const leadsAt = (at: number, cells: ReadonlyArray<Cell>): ReadonlyArray<Lead> => {
  const worst = cells.filter(({ attack, radius }) => attack === "worst" && radius === at)
  return worst.flatMap(({ method, accuracy, runs }) => {
    const others = worst.filter((other) => other.method !== method)
    if (others.length === 0) return []
    const best = others.reduce((most, other) => (other.accuracy > most.accuracy ? other : most))
    return [{ method, lead: accuracy - best.accuracy, error: errorOf(runs, best.runs) }]
  })
}

const errorOf = (ours: ReadonlyArray<number>, theirs: ReadonlyArray<number>): number | undefined => {
  if (ours.length < 2 || ours.length !== theirs.length) return undefined
  return standardDeviation(ours.map((accuracy, run) => accuracy - theirs[run]!)) / Math.sqrt(ours.length)
}

const summaryOf = (cells: ReadonlyArray<Cell>): Table => ({
  columns: {
    method: cells.map(({ method }) => method),
    attack: cells.map(({ attack }) => attack),
    radius: Float64Array.from(cells, ({ radius }) => radius),
    accuracy: Float64Array.from(cells, ({ accuracy }) => accuracy),
    runs: Int32Array.from(cells, ({ runs }) => runs.length),
    least: Float64Array.from(cells, ({ runs }) => Math.min(...runs)),
    most: Float64Array.from(cells, ({ runs }) => Math.max(...runs))
  }
})

/** What a figure shows of a cell. */
const drawn = ({ method, attack, radius, accuracy, runs }: Cell) => ({
  method,
  attack,
  radius,
  accuracy: shown(accuracy),
  least: shown(Math.min(...runs)),
  most: shown(Math.max(...runs))
})

const colorOf = (cells: ReadonlyArray<Cell>) => {
  const domain = [...new Set(cells.map(({ method }) => method))]
  return {
    field: "method",
    type: "nominal",
    title: "trained by",
    scale: { domain, range: METHOD_COLORS.slice(0, domain.length) }
  }
}

const percent = { type: "quantitative", axis: { format: ".0%" }, scale: { zero: false } }

/** One line a method: worst that was found, with the range over its runs, and dashed what is certified. */
const curves = (cells: ReadonlyArray<Cell>) => ({
  title: {
    text: "Accuracy under attack",
    subtitle: "worst that any attack finds, and its range over runs; dashed: what no attack goes below"
  },
  width: 420,
  height: 280,
  data: { values: cells.filter(({ attack }) => attack === "worst" || attack === "certified").map(drawn) },
  encoding: {
    x: { field: "radius", type: "quantitative", title: "radius ε of the attack", axis: { grid: false } },
    color: colorOf(cells)
  },
  layer: [
    {
      transform: [{ filter: "datum.attack === 'worst' && datum.most > datum.least" }],
      mark: { type: "rule", strokeWidth: 1.5, opacity: 0.6 },
      encoding: { y: { field: "least", type: "quantitative" }, y2: { field: "most" } }
    },
    {
      mark: { type: "line", point: true, strokeWidth: 2 },
      encoding: {
        y: { field: "accuracy", title: "accuracy", ...percent },
        strokeDash: {
          field: "attack",
          type: "nominal",
          title: null,
          legend: { symbolType: "stroke", symbolStrokeWidth: 2, symbolSize: 200 },
          scale: {
            domain: ["worst", "certified"],
            range: [
              [1, 0],
              [4, 3]
            ]
          }
        }
      }
    }
  ]
})

/** At the largest radius, a group of bars for each attack. */
const bars = (cells: ReadonlyArray<Cell>) => {
  const radius = largestRadius(cells)
  return {
    title: { text: "Accuracy under each attack", subtitle: `radius ε = ${radius}` },
    width: 460,
    height: 240,
    data: {
      values: cells.filter((cell) => cell.radius === radius).map(drawn)
    },
    mark: { type: "bar" },
    encoding: {
      x: { field: "attack", type: "nominal", title: null, sort: [...ATTACKS], axis: { labelAngle: 0 } },
      xOffset: { field: "method", type: "nominal", sort: [...new Set(cells.map(({ method }) => method))] },
      y: { field: "accuracy", type: "quantitative", title: "accuracy", axis: { format: ".0%" } },
      color: colorOf(cells)
    }
  }
}
