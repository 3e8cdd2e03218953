/** Methods beside each other, over kinds of graphs, noise and numbers of nodes. */
import { Metric, Port, StageType, type Table } from "athanor/stage"
import { Effect, Schema } from "effect"
import { grouped, largestOf, meanOf, type Pair, pairs, type Trial, trialsOf } from "./Comparison.ts"
import { type Verdict, verdicts } from "./claims.ts"
import { comparisonFigure } from "./comparison-figure.ts"

/** Scores that differ by less than this share are the same. */
const EQUAL = 1e-9

/** Means of these are in the table, by number of nodes. */
const MEANS = [
  ...["gap", "ownGap", "aboveBound", "shd", "refitShd", "tpr", "fdr", "fpr", "kkt", "prunedKkt"],
  ...["flops", "regressions", "varsortability", "r2sortability"]
]

/** Means of these are metrics of each method, and of each method and noise. */
const METRICS = { method: ["gap", "ownGap", "shd", "refitShd", "kkt", "prunedKkt"], noise: ["gap", "shd", "refitShd"] }

export default StageType.make({
  name: "notears/compare",
  summary: "Scores, structural errors, KKT residuals and cost of several methods, and what of the paper's claims holds",
  source: "Deng et al. 2023 (arXiv 2305.17277), section 5",
  determinism: "bitwise",
  params: Schema.Struct({
    title: Schema.String.annotate({ description: "Of the figure" }).pipe(
      Schema.withDecodingDefaultKey(Effect.succeed("Methods against the number of nodes"))
    ),
    exact: Schema.String.annotate({ description: "The method that found the global optimum, where it was run" }).pipe(
      Schema.withDecodingDefaultKey(Effect.succeed("exact"))
    )
  }),
  inputs: { summaries: Port.many("Metrics") },
  outputs: { figure: "Figure", summary: "Table", claims: "Table", misses: "Table" },
  run: ({ params, inputs }) =>
    Effect.gen(function* () {
      const trials = yield* trialsOf(inputs.summaries)
      const claims = verdicts(trials)
      for (const { numbers } of claims) yield* Metric.recordAll(numbers)
      for (const [method, members] of grouped(trials, ({ method }) => method)) {
        yield* record(`method=${method}`, members, METRICS.method)
        yield* recordOptimal(`method=${method}`, pairs(trials, method, params.exact))
        for (const [noise, some] of grouped(members, ({ noise }) => noise)) {
          if (noise === "") continue
          const place = `method=${method},noise=${noise}`
          yield* record(place, some, METRICS.noise)
          yield* recordOptimal(
            place,
            pairs(trials, method, params.exact).filter(({ one }) => one.noise === noise)
          )
        }
      }
      return {
        figure: { spec: comparisonFigure(trials, params.title) },
        summary: summaryOf(trials),
        claims: {
          columns: {
            claim: claims.map(({ claim }) => claim),
            verdict: claims.map(({ holds }) => (holds ? "holds" : "does not hold")),
            found: claims.map(({ found }) => found)
          }
        },
        misses: missesOf(claims)
      }
    })
})

const record = (place: string, trials: ReadonlyArray<Trial>, names: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    for (const name of names) {
      const value = meanOf(trials, name)
      if (Number.isFinite(value)) yield* Metric.record(`${name}@${place}`, value)
    }
  })

/** In which share of the settings a method's score is the global optimum, and how far above and below it is at most. */
const recordOptimal = (place: string, both: ReadonlyArray<Pair>) =>
  Effect.gen(function* () {
    if (both.length === 0) return
    const above = both.map(({ one, other }) => one.values["refit"]! / other.values["refit"]! - 1)
    yield* Metric.recordAll({
      [`optimal@${place}`]: above.filter((share) => share <= EQUAL).length / above.length,
      [`aboveOptimum@${place}`]: above.reduce((most, share) => Math.max(most, share), 0),
      [`belowOptimum@${place}`]: above.reduce((most, share) => Math.max(most, -share), 0)
    })
  })

/** The comparisons that are against a claim: refitted scores, and the share by which the first is above the second. */
const missesOf = (claims: ReadonlyArray<Verdict>): Table => {
  const rows = claims.flatMap(({ misses }) => misses)
  return {
    columns: {
      claim: rows.map(({ claim }) => claim),
      method: rows.map(({ pair }) => pair.one.method),
      than: rows.map(({ pair }) => pair.other.method),
      setting: rows.map(({ pair }) => pair.one.setting),
      score: Float64Array.from(rows, ({ pair }) => pair.one.values["refit"]!),
      other: Float64Array.from(rows, ({ pair, score }) => pair.other.values[score]!),
      excess: Float64Array.from(rows, ({ pair, score }) => pair.one.values["refit"]! / pair.other.values[score]! - 1)
    }
  }
}

/** A row for each method and number of nodes. */
const summaryOf = (trials: ReadonlyArray<Trial>): Table => {
  const rows = [...grouped(trials, ({ method, d }) => `${method}/${d}`).values()]
  const means = MEANS.map((name) => [name, Float64Array.from(rows, (members) => meanOf(members, name))] as const)
  return {
    columns: {
      method: rows.map((members) => members[0]!.method),
      d: Int32Array.from(rows, (members) => members[0]!.d),
      settings: Int32Array.from(rows, (members) => members.length),
      ...Object.fromEntries(means),
      largestKkt: Float64Array.from(rows, (members) => largestOf(members, "kkt"))
    }
  }
}
