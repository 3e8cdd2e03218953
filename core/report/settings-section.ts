/** What a run was given: parameters, seeds, code, and the machine. */
import { countText } from "../document/quantities.ts"
import type { Json } from "../stage/ArtifactKind.ts"
import { facts } from "./facts-markup.ts"
import { cutText, MAX_LISTED_STAGES, stagesLeftOut } from "./listing.ts"
import { type Insertion, type Markup, markup } from "./Markup.ts"
import { valueText } from "./masthead.ts"
import { fromFile } from "./number-origin.ts"
import { percentText } from "./quantity-text.ts"
import type { ReportModel, ReportStage } from "./ReportModel.ts"
import { table } from "./table-markup.ts"

/** Parameters of the pipeline first: they are what a reader would change. */
export const settingsSection = ({ run, stages }: ReportModel): Markup => {
  const params = Object.entries(run.params)
  const seeds = seedsOf(stages)
  return markup`<section id="settings"${fromFile("plan.json")}><h2>Parameters and environment</h2>
${params.length > 0 && markup`<h3>Parameters</h3><p class="chips">${params.map(([name, value]) => markup`<code class="chip">${name} = ${cutText(valueText(value))}</code>`)}</p>`}
${seeds.length > 0 && markup`<h3>Seeds</h3><p class="hint">Random numbers are counter-based, keyed by seed and stream: the same seeds give the same numbers on any machine.</p>${facts(seeds)}`}
<h3>Environment</h3><div${fromFile("journal.jsonl")}>${facts([
    ...Object.entries(run.environment).map(([name, value]) => [ENVIRONMENT_WORDS[name] ?? name, value] as const),
    ["Trained on", devicesOf(stages)]
  ])}</div>
<h3>Code</h3>${table("Stage types and their code", COLUMNS, codeOf(stages.slice(0, MAX_LISTED_STAGES)).map(codeRow))}${stagesLeftOut(stages.length)}</section>`
}

/** What tasks trained on, in the words of its driver. */
const devicesOf = (stages: ReadonlyArray<ReportStage>): string => {
  const devices = new Set(stages.flatMap(({ tasks }) => tasks.flatMap(({ device }) => device ?? [])))
  return [...devices].slice(0, MAX_VALUES).join("; ")
}

const ENVIRONMENT_WORDS: { readonly [name: string]: string } = {
  athanor: "Athanor",
  node: "Node",
  v8: "V8",
  platform: "Platform",
  processor: "Processor",
  cores: "Cores",
  durability: "Durability",
  commit: "Commit",
  repository: "Repository",
  directory: "Directory"
}

/** Values that are shown of one parameter. */
const MAX_VALUES = 24

/** What each stage was given for its seed, by the name of the parameter. */
const seedsOf = (stages: ReadonlyArray<ReportStage>): ReadonlyArray<readonly [string, string]> =>
  stages.slice(0, MAX_LISTED_STAGES).flatMap(({ id, tasks }) => {
    const values = new Map<string, Set<Json>>()
    for (const { params } of tasks) {
      for (const [name, value] of Object.entries(params)) {
        if (!/(?:^|[^a-z])seeds?(?![a-z])/iu.test(name)) continue
        values.set(name, (values.get(name) ?? new Set()).add(value))
      }
    }
    return [...values].map(([name, all]) => [name === "seed" ? id : `${id}, ${name}`, valuesText([...all])] as const)
  })

const valuesText = (values: ReadonlyArray<Json>): string =>
  `${values
    .slice(0, MAX_VALUES)
    .map((value) => cutText(valueText(value)))
    .join(", ")}${values.length > MAX_VALUES ? `, and ${values.length - MAX_VALUES} more` : ""}`

interface StageCode {
  readonly stage: ReportStage
  readonly uses: ReadonlyArray<string>
}

/** Each stage type once, with the stages that use it. */
const codeOf = (stages: ReadonlyArray<ReportStage>): ReadonlyArray<StageCode> =>
  [...Map.groupBy(stages, ({ stageType, code }) => `${stageType} ${code}`).values()].flatMap((same) => {
    const [stage] = same
    return stage === undefined ? [] : [{ stage, uses: same.map(({ id }) => id) }]
  })

const COLUMNS = [
  { title: "Stage type", isHead: true },
  { title: "Repeats" },
  { title: "Identity of its code" },
  { title: "Packages" }
]

const codeRow = ({ stage, uses }: StageCode) => ({
  cells: [
    markup`<code>${stage.stageType}</code>${uses.join() !== stage.stageType && markup`<span class="words">${usesText(uses)}</span>`}${stage.source !== undefined && markup`<span class="words">${stage.source}</span>`}`,
    determinismText(stage.determinism),
    stage.code === undefined ? "–" : markup`<span class="digest">${stage.code}</span>`,
    markup`${packagesMarkup(stage.packages)}${stage.library !== undefined && markup`<span class="words">${stage.library}</span>`}`
  ]
})

/** Stages that are named of one stage type. */
const MAX_USES = 12

const usesText = (uses: ReadonlyArray<string>): string =>
  `${uses.slice(0, MAX_USES).join(", ")}${uses.length > MAX_USES ? `, and ${countText(uses.length - MAX_USES, "more stage")}` : ""}`

/** Packages that are listed of one stage type. */
const MAX_PACKAGES = 8

const packagesMarkup = (packages: ReportStage["packages"]): Insertion => {
  const names = Object.keys(packages)
  if (names.length === 0) return "–"
  const rest = names.length - MAX_PACKAGES
  return markup`${names.slice(0, MAX_PACKAGES).map((name, index) => markup`${index > 0 && ", "}<code title="${packages[name]}">${name}</code>`)}${rest > 0 && `, and ${rest} more`}`
}

/** How far two executions may differ. */
const determinismText = (determinism: ReportStage["determinism"]): string => {
  if (determinism === "unknown") return "not declared"
  if (determinism === "bitwise") return "bit for bit, on any machine"
  if (determinism === "libm") return "bit for bit with one version of the JavaScript engine"
  return `to ${percentText(determinism.tolerance)}`
}
