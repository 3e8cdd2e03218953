/** `pipeline report --compare`: a page on several runs. */
import { createHash } from "node:crypto"
import { join } from "node:path"
import { Effect } from "effect"
import { countText } from "../document/quantities.ts"
import { REPORT_FILES } from "../document/report-files.ts"
import { differing } from "../explain/compare-runs.ts"
import { nameOf } from "../record/RunFolder.ts"
import { type PastRun, RunHistory } from "../record/RunHistory.ts"
import { runsOfPipeline, startOf } from "../record/runs-of-pipeline.ts"
import type { ComparisonModel } from "../report/ComparisonModel.ts"
import { collectComparison } from "../report/collect-comparison.ts"
import { renderComparison } from "../report/comparison-page.ts"
import { writeDurably } from "../store/durable.ts"
import { EXIT } from "./exit-status.ts"
import { openInBrowser } from "./open-in-browser.ts"
import { print, printJson } from "./output.ts"
import { reportsFolder } from "./Settings.ts"
import { planningLayer } from "./services.ts"
import { tellFlaws } from "./tell-flaws.ts"
import { UsageError } from "./UsageError.ts"

export interface ComparisonChoices {
  readonly runs: ReadonlyArray<string>
  readonly open: boolean
  readonly json: boolean
}

/** Writes a page on these runs, in their order. */
export const compareReport = (choices: ComparisonChoices) =>
  Effect.gen(function* () {
    const history = yield* RunHistory
    const folders = yield* chosenRuns(choices.runs)
    const [first] = folders
    if (folders.every(({ id }) => id === first?.id)) {
      const reason = `report --compare sets runs side by side: name another beside ${choices.runs[0] ?? first?.id}`
      return yield* new UsageError({ reason })
    }
    const runs = yield* Effect.forEach(folders, history.load)
    for (const { folder, state } of runs) tellFlaws(folder.id, state)
    const model = yield* collectComparison(runs)
    const html = join(folderOf(runs), `${fileNameOf(folders.map(({ id }) => id))}.html`)
    yield* writeDurably(html, renderComparison(model))
    if (choices.json) printJson(shown(model, html))
    else print(summaryOf(model, html))
    if (choices.open) openInBrowser(html)
    return EXIT.success
  }).pipe(Effect.provide(planningLayer))

/** Those that are named; the latest beside a single one, and beside none the one of its pipeline before it. */
const chosenRuns = Effect.fnUntraced(function* (names: ReadonlyArray<string>) {
  const history = yield* RunHistory
  const named = yield* Effect.forEach(names, history.resolve)
  if (named.length > 1) return named
  const latest = yield* history.resolve("latest")
  if (named.length === 1) return [...named, latest]
  const { pipeline } = (yield* startOf(latest)) ?? {}
  const alike = pipeline === undefined ? [] : yield* runsOfPipeline(yield* history.list, pipeline)
  return [...alike.filter(({ id }) => id !== latest.id).slice(0, 1), latest]
})

const shown = (model: ComparisonModel, html: string) => {
  const { params, taskParams, metrics, code } = differing(model.comparison)
  return {
    html,
    runs: model.runs.map(({ letter, id }) => ({ letter, run: id })),
    differing: { params: params.length + taskParams.length, metrics: metrics.length, code: code.length },
    figures: model.figures.map(({ reference, form }) => ({ reference, form }))
  }
}

const summaryOf = (model: ComparisonModel, html: string): string => {
  const { differing: counts } = shown(model, html)
  const words = [
    countText(counts.params, "parameter"),
    `${counts.metrics} of ${countText(model.comparison.metrics.length, "metric")}`,
    `the code of ${countText(counts.code, "stage")}`
  ]
  const runs = model.runs.map(({ letter, id }) => `${letter}  ${id}`)
  return [...runs, `${words.join(", ")} differ`, html].join("\n")
}

/** Beside the study of the first run. */
const folderOf = ([first]: ReadonlyArray<PastRun>): string =>
  join(reportsFolder(first?.plan.name ?? ""), REPORT_FILES.comparisons)

/** Runs that the name of a page names. */
const MAX_NAMED = 3

/** `brave-euler+calm-gauss`; of many runs their number, and what tells them from others. */
const fileNameOf = (ids: ReadonlyArray<string>): string => {
  const named = ids.slice(0, MAX_NAMED).map(nameOf).join("+")
  if (ids.length <= MAX_NAMED) return named
  const digest = createHash("sha256").update(ids.join("\n")).digest("hex").slice(0, 8)
  return `${named}+${ids.length - MAX_NAMED}-more-${digest}`
}
