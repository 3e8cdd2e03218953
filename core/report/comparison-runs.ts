/** The runs of a comparison: their letters, how they went, and what was changed between them. */
import { countText } from "../document/quantities.ts"
import { durationText } from "../observe/duration.ts"
import { nameOf } from "../record/RunFolder.ts"
import type { ComparedSide, ComparisonModel } from "./ComparisonModel.ts"
import { comparisonTable } from "./comparison-table.ts"
import { type Insertion, type Markup, markup, nameMarkup } from "./Markup.ts"
import { instantText } from "./quantity-text.ts"

/** Heads of columns: the letter of each run, with its name for who asks. */
export const runHeads = ({ runs }: ComparisonModel): ReadonlyArray<Markup> =>
  runs.map(({ letter, id }) => markup`<span class="letter" title="${id}">${letter}</span>`)

/** A row for each run. */
export const comparedRuns = (model: ComparisonModel): Markup => markup`<section id="runs"><h2>Runs</h2>
${comparisonTable(
  "The runs",
  [
    "Run",
    "Began",
    ...(model.pipelines.length > 1 ? ["Pipeline"] : []),
    "Profile",
    "Outcome",
    "Took",
    "Tasks",
    "Expectations met"
  ],
  model.runs.map((side, index) => ({
    name: markup`<span class="letter">${side.letter}</span> <span title="${side.id}">${nameOf(side.id)}</span>`,
    cells: runCells(model, side, index)
  })),
  "words"
)}
${model.runs.map(({ letter, flaws }) => flaws !== undefined && markup`<p class="missed">${letter}: ${flaws}</p>`)}</section>`

const runCells = (model: ComparisonModel, side: ComparedSide, index: number): ReadonlyArray<Insertion> => {
  const { ran, hit, failed } = side.counts
  const judged = model.expectations.flatMap(({ judgements }) => judgements[index] ?? [])
  const met = judged.filter(({ verdict }) => verdict === "met").length
  return [
    side.startedAt === undefined ? "–" : instantText(side.startedAt),
    ...(model.pipelines.length > 1 ? [side.pipeline] : []),
    side.profile,
    outcomeMarkup(side.outcome),
    side.durationMillis === undefined ? "–" : durationText(side.durationMillis),
    [`${ran} ran`, `${hit} cached`, ...(failed > 0 ? [`${failed} failed`] : [])].join(", "),
    judged.length === 0
      ? "–"
      : markup`<span class="${met === judged.length ? "met" : "missed"}">${met} of ${judged.length}</span>`
  ]
}

const outcomeMarkup = (outcome: ComparedSide["outcome"]): Markup => {
  if (outcome === "success") return markup`<span class="met">✓ success</span>`
  return outcome === "failure"
    ? markup`<span class="missed">✗ failure</span>`
    : markup`<span class="not-recorded">${outcome}</span>`
}

/** What made results of later runs others than those of the first one. */
export const comparedCauses = ({
  runs
}: ComparisonModel): Markup => markup`<section id="causes"><h2>What was changed</h2>
<p class="hint">Results that differ from those of A, led back to what a person changed, and the stages that it reached.</p>
${runs.map(causesOf)}</section>`

/** Stages that are named after a cause. */
const MAX_NAMED = 12

const causesOf = ({ letter, id, causes }: ComparedSide): Markup | undefined => {
  if (causes === undefined) return undefined
  const { causes: found, unexplained } = causes
  return markup`<h3><span class="letter">${letter}</span> ${nameOf(id)}</h3>${
    found.length === 0
      ? markup`<p>Nothing: what it has in common with A has the same keys.</p>`
      : markup`<ul class="causes">${found.map(
          ({ phrase, at, stages }) =>
            markup`<li>${phrase}${at !== undefined && markup` <code class="muted">${at}</code>`}<span class="stages">→ ${stageNames(stages)}</span></li>`
        )}</ul>`
  }${unexplained.length > 0 && markup`<p class="hint">… and ${countText(unexplained.length, "more stage")}: <code>pipeline why FILE STAGE --run ${nameOf(id)} --against …</code> says why.</p>`}`
}

const stageNames = (stages: ReadonlyArray<string>): Insertion => {
  const named = stages.slice(0, MAX_NAMED).map((stage, index) => markup`${index > 0 && ", "}${nameMarkup(stage)}`)
  return stages.length > MAX_NAMED ? [named, ` and ${stages.length - MAX_NAMED} more`] : named
}
