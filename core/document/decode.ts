/** From the text of a pipeline file to a `PipelineDocument`, or every complaint about it. */
import { Result } from "effect"
import { isMap } from "yaml"
import { Cursor, type Field } from "./Cursor.ts"
import type { Offer } from "./check-names.ts"
import type { KnownNames } from "./check-reference.ts"
import { type Diagnostic, PipelineInvalid } from "./Diagnostic.ts"
import { decodeExpectation } from "./decode-expectation.ts"
import { decodeFigures, decodeOutputs } from "./decode-outputs.ts"
import { decodePaper } from "./decode-paper.ts"
import { decodeParams, decodeProfiles, positions } from "./decode-params.ts"
import { decodeSchedule } from "./decode-schedule.ts"
import { decodeSources } from "./decode-sources.ts"
import { decodeStage } from "./decode-stage.ts"
import type { PipelineDocument } from "./PipelineDocument.ts"
import { readYaml, type YamlTree } from "./read-yaml.ts"
import { NAME, NAME_RULE } from "./reference.ts"
import * as SourceText from "./SourceText.ts"
import type { Spanned } from "./Span.ts"

/** Part of the language, but not of this version. */
const LATER = ["include"] as const

const KEYS = [
  "name",
  "description",
  "paper",
  "params",
  "profiles",
  "sources",
  "stages",
  "outputs",
  "expect",
  "report",
  "schedule"
] as const

/** Complaints beyond this help nobody. */
const MAX_COMPLAINTS = 200

/** Decodes a pipeline file. Never throws, whatever the text. */
export const decode = (file: string, text: string): Result.Result<PipelineDocument, PipelineInvalid> => {
  const source = SourceText.make(file, text)
  const tree = readYaml(source)
  const cursor = new Cursor(source, tree)
  const document = cursor.scalar(tree.root) === null ? emptyFile(cursor, tree) : decodeDocument(cursor, tree)
  const complaints = [...tree.diagnostics, ...cursor.diagnostics.filter(({ span }) => !tree.isDamaged(span.line))]
  if (complaints.length === 0 && document !== undefined) return Result.succeed(document)
  return Result.fail(
    new PipelineInvalid({ diagnostics: inOrder(complaints), texts: new Map([[source.file, source.text]]) })
  )
}

const inOrder = (diagnostics: ReadonlyArray<Diagnostic>): ReadonlyArray<Diagnostic> => {
  const sorted = diagnostics.toSorted((a, b) => a.span.line - b.span.line || a.span.column - b.span.column)
  const next = sorted[MAX_COMPLAINTS]
  if (next === undefined) return sorted
  const message = `${sorted.length - MAX_COMPLAINTS} more complaints from here on`
  return [...sorted.slice(0, MAX_COMPLAINTS), { severity: "error", span: next.span, message }]
}

/** Says so, unless it is only empty of what could be read. */
const emptyFile = (cursor: Cursor, { isWhole }: YamlTree): undefined => {
  if (!isWhole) return
  const start = SourceText.span(cursor.source, 0, 1)
  cursor.complain(start, "the file is empty", "add   name: my-study   and   stages:")
}

const decodeDocument = (cursor: Cursor, tree: YamlTree): PipelineDocument | undefined => {
  const start = SourceText.span(cursor.source, 0, 1)
  if (!isMap(cursor.resolve(tree.root))) {
    cursor.complain(
      start,
      `a pipeline must be a map, not ${cursor.describe(tree.root)}`,
      "add   name: my-study   and   stages:"
    )
    return undefined
  }
  const top = cursor.record(tree.root, "the pipeline", KEYS, LATER)
  const { isWhole } = tree
  const isReadable = (field: Field | undefined) => (field === undefined ? isWhole : tree.isComplete(field.keySpan.line))
  const name = decodeName(cursor, top.name, isWhole)
  const stageFields = top.stages === undefined ? [] : cursor.fields(top.stages.value, "stages", top.stages.keySpan)
  if (top.stages === undefined && isWhole) cursor.complain(start, "the pipeline has no stages", "add   stages:")
  const hasNone = ["a map", "nothing"].includes(cursor.describe(top.stages?.value)) && stageFields.length === 0
  if (top.stages !== undefined && hasNone && isWhole) {
    cursor.complain(top.stages.keySpan, "stages: there is none", "add   my-stage: { uses: family/name }")
  }
  const params = decodeParams(cursor, top.params, start)
  const offer: Offer = { params: isReadable(top.params) ? positions(params) : undefined, env: false }
  const profiles = decodeProfiles(cursor, top.profiles, params, offer.params)
  const sources = decodeSources(cursor, top.sources)
  const known: KnownNames = {
    stages: isReadable(top.stages) ? new Set(stageFields.map(({ key }) => key)) : undefined,
    sources: isReadable(top.sources) ? new Set(sources.map((source) => source.name)) : undefined,
    profiles: isReadable(top.profiles) ? new Set(["default", ...profiles.map((profile) => profile.name)]) : undefined
  }
  const stages = stageFields.map((field) => decodeStage(cursor, field, known, offer))
  const outputs = decodeOutputs(cursor, top.outputs, known)
  const expectations = cursor
    .items(top.expect, "expect")
    .map((item) => decodeExpectation(cursor, item, known, top.expect?.keySpan ?? start))
  const report = { figures: decodeFigures(cursor, top.report, known) }
  const schedules = cursor
    .items(top.schedule, "schedule")
    .map((item) => decodeSchedule(cursor, item, top.schedule?.keySpan ?? start))
  const paper = decodePaper(cursor, top.paper)
  const description = cursor.text(top.description, "description")?.value
  if (name === undefined) return undefined
  return {
    file: cursor.source.file,
    text: cursor.source.text,
    name,
    description,
    paper,
    params,
    profiles,
    sources: sources.flatMap(({ document }) => document ?? []),
    stages: stages.flatMap((stage) => stage ?? []),
    outputs,
    expectations: expectations.flatMap((expectation) => expectation ?? []),
    report,
    schedules: schedules.flatMap((schedule) => schedule ?? [])
  }
}

/** The name becomes that of folders and rows. */
const decodeName = (cursor: Cursor, field: Field | undefined, isWhole: boolean): Spanned<string> | undefined => {
  if (field === undefined && isWhole) {
    cursor.complain(SourceText.span(cursor.source, 0, 1), "the pipeline has no name", "add   name: my-study")
  }
  const name = cursor.text(field, "name")
  if (name !== undefined && !NAME.test(name.value)) cursor.complain(name.span, `name: ${NAME_RULE}`)
  return name
}
