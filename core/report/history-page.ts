/** A page on all runs of a pipeline: the course of each metric, and what was changed where it shifted. */
import { countText } from "../document/quantities.ts"
import type { Course, Reading } from "../explain/metric-course.ts"
import { stageOf, taskEnd } from "../plan/task-id.ts"
import { nameOf } from "../record/RunFolder.ts"
import { COMPARISON_STYLE, folded } from "./comparison-table.ts"
import { courseDrawing, courseStyle } from "./course-svg.ts"
import { extent } from "./extent.ts"
import type { ExplainedShift, HistoryModel, HistoryRun, MetricHistory, ProfileHistory } from "./HistoryModel.ts"
import { expectedText } from "./judge-expectations.ts"
import { type Insertion, type Markup, markup, nameMarkup } from "./Markup.ts"
import { page } from "./page.ts"
import { instantText, numberText, signedPercentText, signedText } from "./quantity-text.ts"
import { inlineSvg } from "./svg-document.ts"
import { table } from "./table-markup.ts"

/** Metrics of a profile that are drawn. */
const MAX_DRAWN = 240

/** Rows of the table of metrics that never changed. */
const MAX_LISTED = 1000

/** Runs of a profile that are listed, the latest ones. */
const MAX_RUNS = 200

/** What is told of a pipeline whose runs have no course: there may be none, or some that recorded nothing. */
export const UNRECORDED = "no run has recorded a metric yet"

/** The page: self-contained, readable without script, on light and dark screens and on paper. */
export const renderHistory = (model: HistoryModel): string => {
  const runs = model.profiles.reduce((sum, profile) => sum + profile.runs.length, 0)
  const all = model.profiles.flatMap(shiftsOf)
  const isEmpty = model.profiles.length === 0
  return page(
    `${model.pipeline} · history`,
    markup`<header>
<p class="kicker"><b>Athanor</b>history${!isEmpty && ` of ${countText(runs, "run")}`}</p>
<h1>${model.pipeline}</h1>
<p class="lead">How each metric went from run to run, and what was changed where its level shifted.</p>
${model.leftOut > 0 && markup`<p class="hint">Of older runs ${model.leftOut} are left out.</p>`}
</header>
<nav aria-label="Parts of the history"><ul><li><a href="#shifts">Shifts</a></li>${model.profiles.map(({ profile }, index) => markup`<li><a href="#profile-${index + 1}">Profile ${profile}</a></li>`)}</ul></nav>
<main id="main">
<section id="shifts"><h2>Shifts</h2>${isEmpty ? markup`<p>Of ${model.pipeline} ${UNRECORDED}.</p>` : shiftList(all)}</section>
${model.profiles.map(profileSection)}
</main>
<footer>Made by Athanor from the journals of these runs. A shift is where one level explains the results before it, and another
those after it, better than one for both by more than noise would (optimal partitioning under a penalty). Results that a run found in the store count once. This page asks for nothing from elsewhere.</footer>`,
    { style: COMPARISON_STYLE + HISTORY_STYLE }
  )
}

const HISTORY_STYLE = `
.moved{columns:2;column-gap:28px;list-style:none;padding:0;margin:0 0 2em;font-size:.9rem}.moved li{padding:3px 0;break-inside:avoid}
.courses{display:grid;grid-template-columns:repeat(auto-fill,minmax(310px,1fr));gap:26px 20px;margin:18px 0 26px}
.courses figure{margin:0;break-inside:avoid}
.courses figcaption{margin:0 0 2px;font-size:.86rem;overflow-wrap:anywhere}
.courses ol{margin:2px 0 0;padding-left:1.5em;font-size:.8rem}
.courses .drawing{min-width:0!important;width:100%;max-width:420px;margin:0}
${courseStyle((name) => `var(--${name})`)}`

/** A shift with where it belongs. */
interface PlacedShift {
  readonly profile: string
  readonly metric: MetricHistory
  readonly shift: ExplainedShift
  readonly before: HistoryRun
  readonly after: HistoryRun
}

const shiftsOf = ({ profile, runs, metrics }: ProfileHistory): ReadonlyArray<PlacedShift> =>
  metrics.flatMap((metric) =>
    metric.shifts.flatMap((shift) => {
      const [before, after] = [runs[shift.before], runs[shift.after]]
      return before === undefined || after === undefined ? [] : [{ profile, metric, shift, before, after }]
    })
  )

/** Runs with shifts that are listed, the latest ones; and metrics that each names. */
const MAX_SHIFTED = 30
const MAX_NAMED = 12

/** By the run that brought them, the latest first. */
const shiftList = (shifts: ReadonlyArray<PlacedShift>): Markup => {
  if (shifts.length === 0) return markup`<p>No metric has changed its level so far.</p>`
  const byRun = [...Map.groupBy(shifts, ({ after }) => after.id).values()].sort(
    ([a], [b]) => (b?.after.at ?? 0) - (a?.after.at ?? 0)
  )
  const rest = byRun.length - MAX_SHIFTED
  return markup`${byRun.slice(0, MAX_SHIFTED).map(runShifts)}${rest > 0 && markup`<p class="hint">… and those of ${countText(rest, "earlier run")}, in the drawings below.</p>`}`
}

const runShifts = (shifts: ReadonlyArray<PlacedShift>): Markup | undefined => {
  const [first] = shifts
  if (first === undefined) return undefined
  const { after, before, profile } = first
  const groups = [...Map.groupBy(shifts, ({ metric }) => nameInStage(metric.name)).values()]
  const rest = groups.length - MAX_NAMED
  return markup`<h3><a href="#${anchorOf(after)}">${nameOf(after.id)}</a> <span class="muted">${instantText(after.at)}, profile ${profile}, after ${nameOf(before.id)}</span></h3>
<ul class="causes">${causesOf(shifts).map((cause) => markup`<li><b>${cause}</b></li>`)}</ul>
<ul class="moved">${groups.slice(0, MAX_NAMED).map((group) => markup`<li>${groupText(group)}</li>`)}${rest > 0 && markup`<li class="muted">and ${countText(rest, "more metric")}</li>`}</ul>`
}

/** `train.loss` of `train@width=500,init=3.loss`. */
const nameInStage = (name: string): string => {
  const end = taskEnd(name, 0)
  return end === undefined ? name : `${stageOf(name)}${name.slice(end)}`
}

/** One shift, or those of a metric of several tasks of a stage. */
const groupText = (group: ReadonlyArray<PlacedShift>): Insertion => {
  const [first] = group
  if (first === undefined) return undefined
  if (group.length === 1) return [nameMarkup(first.metric.name), " ", shiftText(first.shift)]
  const changes = group.map(({ shift: { from, to } }) => (to - from) / Math.abs(from)).filter(Number.isFinite)
  const range = extent(changes).map(signedPercentText)
  const words = changes.length === 0 ? "" : ` by ${[...new Set(range)].join(" to ")}`
  return [nameMarkup(nameInStage(first.metric.name)), ` of ${countText(group.length, "task")}`, words]
}

/** What was changed, each once; the same is said of many metrics. */
const causesOf = (shifts: ReadonlyArray<PlacedShift>): ReadonlyArray<string> => [
  ...new Set(shifts.flatMap(({ shift }) => causeTexts(shift)))
]

const causeTexts = ({ causes }: ExplainedShift): ReadonlyArray<string> => {
  if (causes === undefined) return []
  if (causes.length === 0) return ["computed again under the same key"]
  return causes.map(({ phrase, at }) => (at === undefined ? phrase : `${phrase} (${at})`))
}

/** `1.1 → 1.25 (+14 %)`. */
export const shiftText = ({ from, to }: ExplainedShift): string => {
  const difference = from === 0 ? signedText(to - from) : signedPercentText((to - from) / Math.abs(from))
  return `${numberText(from)} → ${numberText(to)} (${difference})`
}

const anchorOf = ({ id }: HistoryRun): string => `run-${id.replace(/[^\w-]/gu, "-")}`

const profileSection = (history: ProfileHistory, index: number): Markup => {
  const { profile, runs, metrics } = history
  const [moving, still] = [metrics.filter(isMoving), metrics.filter((metric) => !isMoving(metric))]
  const rest = moving.length - MAX_DRAWN
  return markup`<section id="profile-${index + 1}"><h2>Profile ${profile}</h2>
<p class="hint">${countText(runs.length, "run")}, ${countText(metrics.length, "metric")}. From left to right a dot for each run. The band is what is expected; a numbered line is a shift, thick lines are the levels; a ring is a single value that lies apart, a cross a run in which the metric diverged.</p>
<div class="courses">${moving.slice(0, MAX_DRAWN).map((metric) => courseFigure(metric, runs))}</div>
${rest > 0 && markup`<p class="hint">… and ${countText(rest, "more metric")}: <code>pipeline report --history --json</code> has them all.</p>`}
${still.length > 0 && folded(`${countText(still.length, "metric")} with the same value in every run`, stillTable(still))}
${folded(`The runs`, runTable(runs))}</section>`
}

/** Whether there is a course to draw. */
const isMoving = ({ goal, course: { diverged, readings } }: MetricHistory): boolean =>
  readings.length > 0 &&
  (goal !== undefined || diverged.length > 0 || readings.some(({ value }) => value !== readings[0]?.value))

const courseFigure = ({ name, course, goal, shifts }: MetricHistory, runs: ReadonlyArray<HistoryRun>): Markup => {
  const last = latest([course.readings.at(-1), course.diverged.at(-1)])
  return markup`<figure><figcaption>${nameMarkup(name)} <b>${last !== undefined && numberText(last.value)}</b>${goal !== undefined && markup` <span class="muted">expected ${expectedText(goal)}</span>`}</figcaption>
${inlineSvg(courseDrawing(course, goal, runs.length, courseWords(name, course, runs)))}
${shifts.length > 0 && shiftItems(shifts, runs)}</figure>`
}

const latest = (readings: ReadonlyArray<Reading | undefined>): Reading | undefined =>
  readings.reduce((last, each) => (each !== undefined && each.run > (last?.run ?? -1) ? each : last), undefined)

/** Shifts that are listed below a drawing, the latest ones. */
const MAX_ITEMS = 5

const shiftItems = (shifts: ReadonlyArray<ExplainedShift>, runs: ReadonlyArray<HistoryRun>): Markup => {
  const first = Math.max(0, shifts.length - MAX_ITEMS)
  return markup`<ol start="${first + 1}">${shifts.slice(first).map((shift) => markup`<li>${shiftItem(shift, runs)}</li>`)}</ol>`
}

const shiftItem = (shift: ExplainedShift, runs: ReadonlyArray<HistoryRun>): Insertion => {
  const after = runs[shift.after]
  const causes = causeTexts(shift)
  return [
    shiftText(shift),
    after !== undefined && markup` with <a href="#${anchorOf(after)}">${nameOf(after.id)}</a>`,
    causes.length > 0 && `: ${causes[0]}${causes.length > 1 ? ` and ${causes.length - 1} more` : ""}`
  ]
}

/** The drawing for who does not see it. */
const courseWords = (name: string, course: Course, runs: ReadonlyArray<HistoryRun>): string => {
  const { diverged, outliers, readings, shifts } = course
  const values = readings.map(({ value }) => value)
  const [least, most] = extent(values)
  const range = `from ${numberText(least)} to ${numberText(most)}`
  const at = shifts.map(({ after }) => nameOf(runs[after]?.id ?? "")).join(", ")
  return `${name} over ${countText(readings.length, "run")}, ${range}; ${shifts.length === 0 ? "no shift" : `${countText(shifts.length, "shift")}, at ${at}`}${outliers.length === 0 ? "" : `; ${countText(outliers.length, "single value")} apart`}${diverged.length === 0 ? "" : `; diverged in ${countText(diverged.length, "run")}`}`
}

const stillTable = (metrics: ReadonlyArray<MetricHistory>): Markup =>
  table(
    "Metrics that never changed",
    [
      { title: "Metric", isHead: true },
      { title: "Value", isNumeric: true },
      { title: "Runs", isNumeric: true }
    ],
    metrics.slice(0, MAX_LISTED).map(({ name, course: { readings } }) => ({
      cells: [
        nameMarkup(name),
        readings[0] === undefined ? "not finite" : numberText(readings[0].value),
        readings.length
      ]
    }))
  )

const runTable = (runs: ReadonlyArray<HistoryRun>): Markup =>
  markup`${table(
    "The runs of the profile",
    [{ title: "Run", isHead: true }, { title: "Began" }, { title: "Outcome" }],
    runs
      .toReversed()
      .slice(0, MAX_RUNS)
      .map((run) => ({
        cells: [markup`<code id="${anchorOf(run)}">${run.id}</code>`, instantText(run.at), run.outcome]
      }))
  )}${runs.length > MAX_RUNS && markup`<p class="hint">… and ${countText(runs.length - MAX_RUNS, "earlier run")}.</p>`}`
