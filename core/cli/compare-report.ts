/** `pipeline report --compare`: a page on several runs. */
import { createHash } from "node:crypto"
import { join } from "node:path"
import { Effect } from "effect"
import { countText } from "../document/quantities.ts"
import { REPORT_FILES } from "../document/report-files.ts"
import { differing } from "../explain/compare-runs.ts"
import { nameOf } from "../record/RunFolder.ts"
import { type PastRun, RunHistory } from "../record/RunHistory.ts"
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

/** What stands in for the runs that nobody named. */
const LATEST = ["latest~1", "latest"]

/** Writes a page on these runs, in their order. */
export const compareReport = (choices: ComparisonChoices) =>
  Effect.gen(function* () {
    const names = [...choices.runs, ...LATEST.slice(choices.runs.length)]
    const history = yield* RunHistory
    const folders = yield* Effect.forEach(names, history.resolve)
    const [first] = folders
    if (folders.every(({ id }) => id === first?.id)) {
      return yield* new UsageError({
        reason: `report --compare sets runs side by side: name another beside ${names[0]}`
      })
    }
    const runs = yield* Effect.forEach(folders, history.load)
    for (const { folder, state } of runs) tellFlaws(folder.id, state)
    const model = yield* collectComparison(runs)
    const html = join(folderOf(runs), `${fileNameOf(folders.map(({ id }) => id))}.html`)
    yield* writeDurably(html, renderComparison(model))
    const { params, taskParams, metrics, code } = differing(model.comparison)
    if (choices.json) {
      printJson({
        html,
        runs: model.runs.map(({ letter, id }) => ({ letter, run: id })),
        differing: { params: params.length + taskParams.length, metrics: metrics.length, code: code.length },
        figures: model.figures.map(({ reference, form }) => ({ reference, form }))
      })
    } else {
      print(model.runs.map(({ letter, id }) => `${letter}  ${id}`).join("\n"))
      const counts = [
        countText(params.length + taskParams.length, "parameter"),
        `${metrics.length} of ${countText(model.comparison.metrics.length, "metric")}`,
        `the code of ${countText(code.length, "stage")}`
      ]
      print(`${counts.join(", ")} differ\n${html}`)
    }
    if (choices.open) openInBrowser(html)
    return EXIT.success
  }).pipe(Effect.provide(planningLayer))

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
