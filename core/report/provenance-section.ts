/** Where every result comes from: keys, code, parameters, inputs, outputs, and the run that computed it. */
import { describeBytes } from "../codec/describe.ts"
import { REPORT_FILES } from "../document/report-files.ts"
import { durationText } from "../observe/duration.ts"
import { facts } from "./facts-markup.ts"
import { STATUS_WORDS } from "./GraphModel.ts"
import { cutText, leftOut, MAX_ITEMS, MAX_LISTED_STAGES, stagesLeftOut } from "./listing.ts"
import { type Insertion, type Markup, markup } from "./Markup.ts"
import { valueText } from "./masthead.ts"
import { fromFile } from "./number-origin.ts"
import { instantText } from "./quantity-text.ts"
import type { ReportInput, ReportModel, ReportStage, ReportTask } from "./ReportModel.ts"

/** The files of the run, then its results, folded, stage by stage and task by task. */
export const provenanceSection = ({
  stages,
  run
}: ReportModel): Markup => markup`<section id="provenance"${fromFile("journal.jsonl")}><h2>Provenance</h2>
<p class="hint">A key is the digest of everything that decides a result: code, parameters, contents of the inputs, environment. Equal keys mean equal results. Metrics were recorded by the execution whose outputs stand beside them; times, counts and states are told by the journal of the run, expected values by its pipeline file. The same is in <a href="./${CRATE}"><code>${CRATE}</code></a>, as metadata of a Provenance Run Crate (RO-Crate).</p>
<h3>Files of the run</h3>${facts([
  ["journal.jsonl", markup`<code>${run.id}</code>`],
  ...Object.entries(run.files).map(([name, digest]) => [name, digestMarkup(digest)] as const)
])}
<h3>Results</h3>${stages.slice(0, MAX_LISTED_STAGES).map(stageProvenance)}${stagesLeftOut(stages.length)}</section>`

const CRATE = REPORT_FILES.crate

const stageProvenance = (
  stage: ReportStage
): Markup => markup`<details><summary><code>${stage.id}</code> <span class="muted">${stage.stageType} · ${stage.summary}</span></summary>
<div class="inner">${listed(stage).map((task) => taskProvenance(task, stage.tasks.length === 1))}${leftOut(stage.tasks.length, listed(stage).length, "task")}</div></details>`

const listed = ({ tasks }: ReportStage): ReadonlyArray<ReportTask> => tasks.filter(({ anchor }) => anchor !== undefined)

const taskProvenance = (task: ReportTask, isOnly: boolean): Markup => {
  const rows = facts([
    ["Key", digestMarkup(task.key)],
    ["Why", task.reason === "" ? undefined : task.reason],
    ["Computed by", computedText(task)],
    ["Device", task.device],
    [
      "Parameters",
      Object.entries(task.params).map(
        ([name, value]) => markup`<code class="chip">${name} = ${cutText(valueText(value))}</code>`
      )
    ],
    ...task.inputs.map((input) => [`Input ${input.port}`, inputMarkup(input)] as const),
    ...task.outputs.map(
      ({ port, kind, digest: content, bytes }) =>
        [
          `Output ${port}`,
          markup`${kind}${bytes !== undefined && `, ${describeBytes(bytes)}`} ${artifactMarkup(content)}`
        ] as const
    ),
    ["Messages", messages(task)]
  ])
  if (isOnly) return markup`<div id="${task.anchor}">${rows}</div>`
  return markup`<details id="${task.anchor}"><summary><code>${task.id}</code> <span class="status-${task.status}">${STATUS_WORDS[task.status]}</span></summary><div class="inner">${rows}</div></details>`
}

const inputMarkup = ({ from, digest: whole, items }: ReportInput): Markup =>
  items.length === 0
    ? markup`${from} ${arrivedMarkup(from, whole)}`
    : markup`<details><summary>${from} ${digestMarkup(whole)}</summary><ol class="plain">${items
        .slice(0, MAX_ITEMS)
        .map(
          (item) => markup`<li>${item.from} ${arrivedMarkup(item.from, item.digest)}</li>`
        )}</ol>${leftOut(items.length, MAX_ITEMS, "item")}</details>`

const computedText = ({ computed, id }: ReportTask): Insertion =>
  computed !== undefined &&
  markup`run <code>${computed.runId}</code>${computed.task !== id && markup` as <code>${computed.task}</code>`}, ${instantText(computed.startedAt)}, ${durationText(computed.durationMillis)}${computed.attempt > 1 && `, attempt ${computed.attempt}`}`

const messages = ({ logs }: ReportTask): Insertion =>
  logs.length > 0 && markup`<pre>${logs.map(({ level, message }) => `${level}: ${message}`).join("\n")}</pre>`

const digestMarkup = (text: string | undefined): Insertion =>
  text !== undefined && markup`<span class="digest">${text}</span>`

/** What tasks gave is found in the store by its digest; what came from outside is named by it only. */
const arrivedMarkup = (from: string, digest: string | undefined): Insertion =>
  digest === undefined || from.startsWith("sources.") ? digestMarkup(digest) : artifactMarkup(digest)

/** The digest of an artifact, which the store has under it. */
const artifactMarkup = (digest: string): Markup => markup`<span class="digest" data-digest="${digest}">${digest}</span>`
