/** The plot of a benchmark: what a task costs when all are new, and what a run costs when none is. */
import { Effect } from "effect"
import { renderSvg } from "../../core/figure/render-svg.ts"
import type { Result } from "./results.ts"
import { millisPerTask } from "./tables.ts"

/** SVG of the largest layered graph, or of the first shape that there is, in two panels with logarithmic axes. */
export const drawPlot = (results: ReadonlyArray<Result>): Promise<string> => {
  const shape = results.some((result) => result.shape === "layered") ? "layered" : results[0]?.shape
  // Of each peer the largest size that it was run at: the cost of a task hardly depends on it, and its size stands beside it.
  const largest = new Map<string, Result>()
  for (const result of results) {
    if (result.shape !== shape || result.measurements.cold === undefined) continue
    if ((largest.get(result.peer)?.size ?? 0) < result.size) largest.set(result.peer, result)
  }
  const values = [...largest.values()].map((result) => ({
    system: `${result.peer} · ${result.size}`,
    cold: millisPerTask(result) ?? null,
    noop: (1e6 * (result.measurements["no-op"]?.cpu ?? Number.NaN)) / result.size
  }))
  const panel = (field: "cold" | "noop", title: string) => ({
    title,
    width: 320,
    height: { step: 22 },
    mark: { type: "point", filled: true, size: 70 },
    encoding: {
      y: { field: "system", type: "nominal", sort: { field, op: "min" }, title: null },
      x: { field, type: "quantitative", scale: { type: "log" }, title: null }
    }
  })
  const spec = {
    data: { values },
    hconcat: [
      panel("cold", "Cold: ms of processor time a task"),
      panel("noop", "Nothing changed: µs of processor time a task")
    ]
  }
  return Effect.runPromise(renderSvg({ spec }))
}
