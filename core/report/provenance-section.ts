/** Where every result comes from: keys, code, parameters, inputs, outputs, and the run that computed it. */
import { describeBytes } from "../codec/describe.ts"
import { durationText } from "../observe/duration.ts"
import { STATUS_WORDS } from "./GraphModel.ts"
import { MAX_LISTED_STAGES, MAX_LISTED_TASKS, stagesLeftOut, tasksLeftOut } from "./listing.ts"
import { type Insertion, type Markup, markup } from "./Markup.ts"
import { valueText } from "./masthead.ts"
import { instantText, percentText } from "./quantity-text.ts"
import type { ReportInput, ReportModel, ReportStage, ReportTask } from "./ReportModel.ts"

/** Folded, stage by stage and task by task. */
export const provenanceSection = ({
  stages,
  run
}: ReportModel): Markup => markup`<section id="provenance"><h2>Provenance</h2>
<p class="hint">A key is the digest of everything that decides a result: code, parameters, contents of the inputs, environment. Equal keys mean equal results.</p>
<h3>Environment</h3>${facts(Object.entries(run.environment))}
<h3>Stages</h3>${stages.slice(0, MAX_LISTED_STAGES).map(stageProvenance)}${stagesLeftOut(stages.length)}</section>`

const stageProvenance = (
  stage: ReportStage
): Markup => markup`<details><summary><code>${stage.id}</code> <span class="muted">${stage.stageType} · ${stage.summary}</span></summary>
<div class="inner">${facts([
  ["Source", stage.source],
  ["Code identity", digest(stage.code)],
  ["Repeats", determinismText(stage.determinism)]
])}${stage.tasks.slice(0, MAX_LISTED_TASKS).map((task) => taskProvenance(task, stage.tasks.length === 1))}${tasksLeftOut(stage.tasks.length)}</div></details>`

const taskProvenance = (task: ReportTask, isOnly: boolean): Markup => {
  const rows = facts([
    ["Key", digest(task.key)],
    ["Why", task.reason === "" ? undefined : task.reason],
    ["Computed by", computedText(task)],
    ["Device", task.device],
    [
      "Parameters",
      Object.entries(task.params).map(
        ([name, value]) => markup`<code class="chip">${name} = ${valueText(value)}</code>`
      )
    ],
    ...task.inputs.map((input) => [`Input ${input.port}`, inputMarkup(input)] as const),
    ...task.outputs.map(
      ({ port, kind, digest: content, bytes }) =>
        [
          `Output ${port}`,
          markup`${kind}${bytes !== undefined && `, ${describeBytes(bytes)}`} ${digest(content)}`
        ] as const
    ),
    ["Messages", messages(task)]
  ])
  if (isOnly) return rows
  return markup`<details><summary><code>${task.id}</code> <span class="status-${task.status}">${STATUS_WORDS[task.status]}</span></summary><div class="inner">${rows}</div></details>`
}

const inputMarkup = ({ from, digest: whole, items }: ReportInput): Markup =>
  items.length === 0
    ? markup`${from} ${digest(whole)}`
    : markup`<details><summary>${from} ${digest(whole)}</summary><ol class="plain">${items
        .slice(0, MAX_LISTED_TASKS)
        .map(
          (item) => markup`<li>${item.from} ${digest(item.digest)}</li>`
        )}</ol>${tasksLeftOut(items.length)}</details>`

const computedText = ({ computed, id }: ReportTask): Insertion =>
  computed !== undefined &&
  markup`run <code>${computed.runId}</code>${computed.task !== id && markup` as <code>${computed.task}</code>`}, ${instantText(computed.startedAt)}, ${durationText(computed.durationMillis)}${computed.attempt > 1 && `, attempt ${computed.attempt}`}`

const messages = ({ logs }: ReportTask): Insertion =>
  logs.length > 0 && markup`<pre>${logs.map(({ level, message }) => `${level}: ${message}`).join("\n")}</pre>`

const digest = (text: string | undefined): Insertion =>
  text !== undefined && markup`<span class="digest">${text}</span>`

const determinismText = (determinism: ReportStage["determinism"]): string => {
  if (determinism === "unknown") return "not declared"
  if (determinism === "bitwise") return "bit for bit, on any machine"
  if (determinism === "libm") return "bit for bit with one version of the JavaScript engine"
  return `to ${percentText(determinism.tolerance)}`
}

/** Names and values; what has no value is left out. */
const facts = (rows: ReadonlyArray<readonly [string, Insertion]>): Markup =>
  markup`<dl class="facts">${rows.map(([name, value]) =>
    value === undefined || value === false || value === "" || (Array.isArray(value) && value.length === 0)
      ? undefined
      : markup`<dt>${name}</dt><dd>${value}</dd>`
  )}</dl>`
