/** What went wrong: every failed task with the error of its last attempt. */

import { countText } from "../document/quantities.ts"
import { leftOut, MAX_FAILURES } from "./listing.ts"
import { type Markup, markup } from "./Markup.ts"
import { fromFile } from "./number-origin.ts"
import { type ReportModel, type ReportTask, tasksOf } from "./ReportModel.ts"

/** Nothing when nothing failed. */
export const failureSection = (model: ReportModel): Markup | undefined => {
  const failed = tasksOf(model).filter(({ status }) => status === "failed")
  if (failed.length === 0) return undefined
  const skipped = tasksOf(model).filter(({ status }) => status === "skipped")
  return markup`<section id="failures"${fromFile("journal.jsonl")}><h2>${countText(failed.length, "task")} failed</h2>
${skipped.length > 0 && markup`<p>${countText(skipped.length, "task")} did not run because of it.</p>`}
${failed.slice(0, MAX_FAILURES).map(failure)}${leftOut(failed.length, MAX_FAILURES, "failed task")}</section>`
}

const failure = ({ id, attempts }: ReportTask): Markup => {
  const error = attempts.findLast((attempt) => attempt.error !== undefined)?.error
  // The first line says what happened; what follows, or a stack, where to look.
  const [message = "", ...rest] = (error?.message ?? "the journal does not say why").split("\n")
  const detail = [...rest, ...(error === undefined || error.detail === "" ? [] : [error.detail])].join("\n")
  return markup`<div class="failure"><h3><code>${id}</code></h3>
<p><b>${error?.tag ?? "failed"}</b> ${message}${
    attempts.length > 1 && markup` <span class="muted">(${countText(attempts.length, "attempt")})</span>`
  }</p>${detail !== "" && markup`<pre>${detail}</pre>`}</div>`
}
