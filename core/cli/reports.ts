/** `pipeline report`: the page of one run, of several side by side, or of all of a pipeline. */
import { Effect, Option } from "effect"
import { UsageError } from "./UsageError.ts"

export interface ReportsChoices {
  readonly runs: ReadonlyArray<string>
  readonly compare: boolean
  readonly history: boolean
  readonly open: boolean
  readonly check: boolean
  readonly gallery: Option.Option<string>
  readonly json: boolean
}

/** Each kind of page loads its own code. */
export const reports = Effect.fnUntraced(function* (choices: ReportsChoices) {
  const { runs, compare, history, check, gallery } = choices
  if (compare && history) return yield* new UsageError({ reason: "--compare and --history are two pages: ask for one" })
  if (check && (compare || history)) return yield* new UsageError({ reason: "--check judges one run" })
  if (Option.isSome(gallery) && (compare || history)) {
    return yield* new UsageError({ reason: "--gallery takes in the page of one run" })
  }
  if (compare) {
    const { compareReport } = yield* Effect.promise(() => import("./compare-report.ts"))
    return yield* compareReport(choices)
  }
  const [run = "latest", another] = runs
  if (another !== undefined) {
    const reason = history
      ? `--history shows one pipeline: ${run} or ${another}`
      : `the page of which run, ${run} or ${another}? \`report --compare ${run} ${another}\` sets them side by side`
    return yield* new UsageError({ reason })
  }
  if (history) {
    const { historyReport } = yield* Effect.promise(() => import("./history-report.ts"))
    return yield* historyReport({ ...choices, subject: run })
  }
  const { report } = yield* Effect.promise(() => import("./report.ts"))
  return yield* report({ ...choices, run })
})
