/** Decodes `report:`: figures that stages make, and figures of the time that they took. */
import { isSeq } from "yaml"
import type { Cursor } from "./Cursor.ts"
import { type KnownNames, readReference } from "./check-reference.ts"
import type { Fragment } from "./Fragment.ts"
import type { ReportDocument, TimesDocument } from "./PipelineDocument.ts"
import type { Span, Spanned } from "./Span.ts"

/** Lines of a figure that have a colour each. */
export const MAX_TIMED = 7

/** What one file asks of the report. */
export const decodeReport = ({ cursor, top: { report } }: Fragment, known: KnownNames): ReportDocument => {
  if (report === undefined) return { figures: [], times: undefined }
  const { figures, times } = cursor.record(report.value, "report", ["figures", "times"], report.keySpan)
  return {
    figures: cursor
      .items(figures, "report: figures")
      .flatMap(
        (item) => readReference(cursor, item, figures?.keySpan ?? report.keySpan, known, "report: figures") ?? []
      ),
    times:
      times &&
      cursor
        .items(times, "report: times")
        .flatMap((item) => decodeTimes(cursor, item, known, cursor.span(item, times.keySpan)) ?? [])
  }
}

/** `undefined` after complaints that leave nothing to go on with. */
const decodeTimes = (cursor: Cursor, item: unknown, known: KnownNames, span: Span): TimesDocument | undefined => {
  const record = cursor.record(item, "report: times", ["stages", "against", "title"], span)
  const against = cursor.text(record.against, "report: times: against")
  if (record.against === undefined) {
    cursor.complain(span, "report: times: the dimension is missing", "add   against: width")
  }
  const stages = cursor
    .items(record.stages, "report: times: stages")
    .flatMap((one) => timedStage(cursor, one, known, record.stages?.keySpan ?? span) ?? [])
  if (record.stages === undefined || isEmpty(cursor, record.stages.value)) {
    cursor.complain(record.stages?.keySpan ?? span, "report: times: the stages are missing", "add   stages: [train]")
  }
  checkCount(cursor, stages)
  const title = cursor.text(record.title, "report: times: title")?.value
  return against === undefined ? undefined : { stages, against, title }
}

/** What is neither has a complaint of its own. */
const isEmpty = (cursor: Cursor, node: unknown): boolean => {
  const resolved = cursor.resolve(node)
  return isSeq(resolved) ? resolved.items.length === 0 : cursor.scalar(node) === null
}

/** `train`, or some of its tasks: `train@method=adam`. */
const timedStage = (
  cursor: Cursor,
  node: unknown,
  { stages }: KnownNames,
  otherwise: Span
): Spanned<string> | undefined => {
  const text = cursor.scalar(node)
  const span = cursor.span(node, otherwise)
  if (typeof text !== "string" || text === "") {
    cursor.complain(
      span,
      `report: times: stages must name a stage, not ${cursor.describe(node)}`,
      "write train or train@method=adam"
    )
    return undefined
  }
  const stage = /^[^@]*/u.exec(text)?.[0] ?? ""
  const whole = stages?.get(stage)
  if (stages !== undefined && whole === undefined) {
    cursor.unknown(span, "report: times: unknown stage", stage, "stages", stages.keys())
  }
  return { value: whole === undefined ? text : `${whole}${text.slice(stage.length)}`, span }
}

const checkCount = (cursor: Cursor, stages: ReadonlyArray<Spanned<string>>): void => {
  for (const [index, { value, span }] of stages.entries()) {
    if (stages.findIndex((other) => other.value === value) < index) {
      cursor.complain(span, `report: times: "${value}" is named twice`)
    }
  }
  const beyond = stages[MAX_TIMED]
  if (beyond === undefined) return
  cursor.complain(
    beyond.span,
    `report: times: a figure has up to ${MAX_TIMED} lines`,
    "add another figure for the rest"
  )
}
