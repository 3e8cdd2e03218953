/** Columns of a table as samples of variables. */
import { StageType, type Table } from "athanor/stage"
import { Effect, Schema } from "effect"
import { log } from "../math/special/Elementary.ts"
import { mean, standardDeviation } from "../math/special/Statistics.ts"
import { matrix } from "./tensors.ts"

/** A column is not there, or no list of finite numbers. */
class NoColumn extends Schema.TaggedError<NoColumn>()("NoColumn", { name: Schema.String, has: Schema.String }) {
  override get message(): string {
    return `the table has no column "${this.name}" of finite numbers: its columns are ${this.has}`
  }
}

/** Logarithms are asked for of what has none. */
class NotPositive extends Schema.TaggedError<NotPositive>()("NotPositive", { name: Schema.String, row: Schema.Int }) {
  override get message(): string {
    return `column "${this.name}" is not above 0 in row ${this.row} (counted from 0): it has no logarithms`
  }
}

/** There is nothing to learn from. */
class Empty extends Schema.TaggedError<Empty>()("Empty", {}) {
  override get message(): string {
    return "the table has no columns, or no rows"
  }
}

/** Nothing varies in a column that should have the variance 1. */
class Constant extends Schema.TaggedError<Constant>()("Constant", { name: Schema.String }) {
  override get message(): string {
    return `column "${this.name}" is constant: it cannot have the standard deviation 1`
  }
}

export default StageType.make({
  name: "notears/columns",
  summary: "Columns of a table as samples, as they are, as logarithms, or standardised",
  source: "data of one's own, as those of Sachs et al., Science 308 (2005)",
  determinism: "bitwise",
  params: Schema.Struct({
    columns: Schema.Array(Schema.String)
      .annotate({ description: "Columns in order; all of the table when the list is empty" })
      .pipe(Schema.withDecodingDefaultKey(Effect.succeed([]))),
    logarithm: Schema.Boolean.annotate({
      description: "Whether logarithms are taken, as is usual for abundances"
    }).pipe(Schema.withDecodingDefaultKey(Effect.succeed(false))),
    standardise: Schema.Boolean.annotate({
      description:
        "Whether each column is brought to mean 0 and standard deviation 1: that takes away what variances tell"
    }).pipe(Schema.withDecodingDefaultKey(Effect.succeed(false)))
  }),
  inputs: { table: "Table" },
  outputs: { X: "Tensor", names: "Json" },
  run: ({ params, inputs: { table } }) =>
    Effect.gen(function* () {
      const names = params.columns.length === 0 ? Object.keys(table.columns) : params.columns
      const columns = yield* Effect.forEach(names, (name) => columnOf(table, name, params))
      const [n, d] = [columns[0]?.length ?? 0, columns.length]
      if (n === 0) return yield* new Empty()
      const data = new Float64Array(n * d)
      for (const [j, column] of columns.entries()) for (let row = 0; row < n; row++) data[row * d + j] = column[row]!
      return { X: matrix(n, d, data), names: [...names] }
    })
})

const columnOf = Effect.fnUntraced(function* (
  { columns }: Table,
  name: string,
  { logarithm, standardise }: { readonly logarithm: boolean; readonly standardise: boolean }
) {
  const found = columns[name]
  const isNumbers = found instanceof Float64Array || found instanceof Int32Array
  if (!isNumbers || !found.every(Number.isFinite)) {
    return yield* new NoColumn({ name, has: Object.keys(columns).join(", ") })
  }
  const values = Float64Array.from(found)
  const row = logarithm ? values.findIndex((value) => value <= 0) : -1
  if (row >= 0) return yield* new NotPositive({ name, row })
  const taken = logarithm ? values.map(log) : values
  if (!standardise || taken.length === 0) return taken
  const [centre, deviation] = [mean(taken), standardDeviation(taken)]
  if (!(deviation > 0)) return yield* new Constant({ name })
  return taken.map((value) => (value - centre) / deviation)
})
