/** What a name that no metric has may mean. */
import { nearest } from "../document/nearest.ts"
import { suggestion } from "../document/suggestion.ts"

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
