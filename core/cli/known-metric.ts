/** Whether a name stands for one metric of runs, and what one that does not may mean. */
import { Result } from "effect"
import { type Diagnostic, PipelineInvalid } from "../document/Diagnostic.ts"
import { nearest } from "../document/nearest.ts"
import * as SourceText from "../document/SourceText.ts"
import { suggestion } from "../document/suggestion.ts"
import { refuse } from "../explain/RunFilter.ts"
import type { RunValues } from "../explain/RunValues.ts"
import { stageOf } from "../plan/task-id.ts"

/** Fails on a name that no run has a metric of, or that metrics of several stages have. */
export const knownMetric = (name: string, runs: ReadonlyArray<RunValues>): Result.Result<void, PipelineInvalid> => {
  const source = SourceText.make("--metric", name)
  const span = SourceText.span(source, 0, name.length)
  const stages = new Set(runs.flatMap((run) => run.metricsNamed(name).map(({ task }) => stageOf(task))))
  const complaint = (): Result.Result<void, Diagnostic> => {
    if (stages.size === 1) return Result.succeed(undefined)
    if (stages.size > 1) {
      const [first = ""] = stages
      return refuse(
        span,
        `"${name}" is a metric of ${stages.size > LISTED ? `${stages.size} stages` : [...stages].join(", ")}`,
        `write the stage too: ${first}.${name}`
      )
    }
    const found = runs.find((run) => run.find(name)?._tag === "Value")
    if (found !== undefined) return refuse(span, `"${name}" is no metric`, `--columns ${name} shows it of each run`)
    return refuse(span, `no run has a metric "${name}"`, metricHint(name, metricNames(runs)))
  }
  return Result.mapError(
    complaint(),
    (diagnostic) => new PipelineInvalid({ diagnostics: [diagnostic], texts: new Map([["--metric", name]]) })
  )
}

/** Those that stages recorded, and then the times of their tasks, which stand for metrics too. */
const metricNames = (runs: ReadonlyArray<RunValues>): ReadonlyArray<string> => [
  ...new Set([...runs.flatMap((run) => run.metricNames()), ...runs.flatMap((run) => run.timeNames())])
]

/** Names that a hint lists. */
const LISTED = 5

/** `loss` for `loss at end`, `trian.loss` for `train.loss at end`: metrics often have several words. */
export const metricHint = (name: string, metrics: ReadonlyArray<string>): string | undefined => {
  const sought = name.toLowerCase()
  const holding = metrics.filter((metric) => metric.toLowerCase().includes(sought))
  if (holding.length > 0) return `did you mean ${listed(holding)}?`
  if (nearest(name, metrics) !== undefined) return suggestion(name, "metrics", metrics)
  const byHead = Map.groupBy(metrics, headOf)
  const head = nearest(name, byHead.keys())
  return head === undefined ? suggestion(name, "metrics", metrics) : `did you mean ${listed(byHead.get(head) ?? [])}?`
}

/** `train.loss` of `train.loss at end`, `curves.limit` of `curves.limit@angle=0`. */
const headOf = (metric: string): string => metric.split(/[\s@]/u, 1)[0] ?? metric

const listed = (names: ReadonlyArray<string>): string => {
  const shown = names.slice(0, LISTED).map((name) => `"${name}"`)
  return `${shown.join(", ")}${names.length > LISTED ? ` or one of ${names.length - LISTED} more` : ""}`
}
