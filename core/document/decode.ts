/** From the text of a pipeline file to a `PipelineDocument`, or every complaint about it. */
import { Result } from "effect"
import { YAMLSeq } from "yaml"
import { ARTIFACT_KINDS, isArtifactKind } from "../stage/ArtifactKind.ts"
import { Cursor, type Field } from "./Cursor.ts"
import { type Diagnostic, PipelineInvalid } from "./Diagnostic.ts"
import { decodeExpectation } from "./decode-expectation.ts"
import { decodeSchedule } from "./decode-schedule.ts"
import { decodeStage } from "./decode-stage.ts"
import { nearest } from "./nearest.ts"
import type {
  OutputDocument,
  PipelineDocument,
  ProfileDocument,
  Reference,
  SourceDocument
} from "./PipelineDocument.ts"
import { readMap } from "./read-template.ts"
import { readYaml } from "./read-yaml.ts"
import { NAME, parseReference } from "./reference.ts"
import * as SourceText from "./SourceText.ts"
import type { Span } from "./Span.ts"
import type { TemplateMap } from "./Template.ts"

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

/** Decodes a pipeline file. Never throws, whatever the text. */
export const decode = (file: string, text: string): Result.Result<PipelineDocument, PipelineInvalid> => {
  const source = SourceText.make(file, text)
  const yaml = readYaml(source)
  if (Result.isFailure(yaml)) return Result.fail(invalid(source, yaml.failure))
  const cursor = new Cursor(source, yaml.success)
  const document = decodeDocument(cursor, yaml.success)
  if (cursor.diagnostics.length > 0 || document === undefined) return Result.fail(invalid(source, cursor.diagnostics))
  return Result.succeed(document)
}

const invalid = (source: SourceText.SourceText, diagnostics: ReadonlyArray<Diagnostic>): PipelineInvalid =>
  new PipelineInvalid({
    diagnostics: [...diagnostics].sort((a, b) => a.span.line - b.span.line || a.span.column - b.span.column),
    texts: new Map([[source.file, source.text]])
  })

const decodeDocument = (cursor: Cursor, root: unknown): PipelineDocument | undefined => {
  const start = SourceText.span(cursor.source, 0, 1)
  const top = cursor.record(root, "the pipeline", KEYS, start)
  const name = cursor.text(top.name, "name")
  if (top.name === undefined) cursor.complain(start, "the pipeline has no name", "add   name: my-study")
  if (top.stages === undefined) cursor.complain(start, "the pipeline has no stages", "add   stages:")
  const params = top.params === undefined ? emptyMap(start) : readMap(cursor, top.params.value, top.params.keySpan)
  const profiles = decodeProfiles(cursor, top.profiles, params)
  const sources = decodeSources(cursor, top.sources)
  const stageFields = top.stages === undefined ? [] : cursor.fields(top.stages.value, "stages", top.stages.keySpan)
  const stages = stageFields.map((field) => decodeStage(cursor, field))
  if (top.stages !== undefined && stageFields.length === 0) cursor.complain(top.stages.keySpan, "stages: there is none")
  const known = { stages: stageFields.map(({ key }) => key), sources: sources.map((source) => source.name) }
  for (const stage of stages) {
    for (const { references } of stage?.inputs ?? []) {
      for (const reference of references) checkReference(cursor, reference, known, `stage "${stage?.id}"`)
    }
  }
  const outputs = decodeOutputs(cursor, top.outputs, known)
  const profileNames = ["default", ...profiles.map((profile) => profile.name)]
  const expectations = cursor
    .items(top.expect?.value ?? EMPTY_LIST, "expect", top.expect?.keySpan)
    .flatMap((item) => decodeExpectation(cursor, item, { ...known, profiles: profileNames }) ?? [])
  const report = { figures: decodeFigures(cursor, top.report, known) }
  const schedules = cursor
    .items(top.schedule?.value ?? EMPTY_LIST, "schedule", top.schedule?.keySpan)
    .flatMap((item) => decodeSchedule(cursor, item) ?? [])
  const paper = decodePaper(cursor, top.paper)
  if (name === undefined) return undefined
  return {
    file: cursor.source.file,
    text: cursor.source.text,
    name,
    description: cursor.text(top.description, "description")?.value,
    paper,
    params,
    profiles,
    sources,
    stages: stages.flatMap((stage) => stage ?? []),
    outputs,
    expectations,
    report,
    schedules
  }
}

const EMPTY_LIST = new YAMLSeq()

const emptyMap = (span: Span): TemplateMap => ({ _tag: "Map", entries: [], span })

interface Known {
  readonly stages: ReadonlyArray<string>
  readonly sources: ReadonlyArray<string>
}

/** Complains when a reference names a stage or source that the file does not have. */
const checkReference = (cursor: Cursor, reference: Reference, known: Known, title: string): void => {
  const [what, name, names] =
    reference._tag === "Source"
      ? (["source", reference.source, known.sources] as const)
      : (["stage", reference.stage, known.stages] as const)
  if (names.includes(name)) return
  const close = nearest(name, names)
  const list = names.length <= 12 ? `(${what}s: ${names.join(", ")})` : ""
  cursor.complain(
    reference.span,
    `${title}: unknown ${what} "${name}"`,
    close === undefined ? list : `did you mean "${close}"?   ${list}`.trimEnd()
  )
}

const decodePaper = (cursor: Cursor, field: Field | undefined): PipelineDocument["paper"] => {
  if (field === undefined) return undefined
  const record = cursor.record(field.value, "paper", ["title", "arxiv", "url"], field.keySpan)
  const title = cursor.text(record.title, "paper: title")
  if (record.title === undefined) cursor.complain(field.keySpan, "paper: the title is missing")
  if (title === undefined) return undefined
  const arxiv = cursor.text(record.arxiv, "paper: arxiv")?.value
  const url = cursor.text(record.url, "paper: url")?.value
  return { title: title.value, ...(arxiv === undefined ? {} : { arxiv }), ...(url === undefined ? {} : { url }) }
}

const decodeProfiles = (
  cursor: Cursor,
  field: Field | undefined,
  params: TemplateMap
): ReadonlyArray<ProfileDocument> => {
  if (field === undefined) return []
  const names = params.entries.map(({ key }) => key)
  return cursor.fields(field.value, "profiles", field.keySpan).map(({ key, keySpan, value }) => {
    if (key === "default") {
      cursor.complain(keySpan, 'profile "default" is what params: holds; it cannot be written again')
    }
    const changed = readMap(cursor, value, keySpan)
    for (const entry of changed.entries) {
      if (names.includes(entry.key)) continue
      const close = nearest(entry.key, names)
      cursor.complain(
        entry.keySpan,
        `profile "${key}": unknown parameter "${entry.key}"`,
        close === undefined ? "a profile changes what params: has" : `did you mean "${close}"?`
      )
    }
    return { name: key, nameSpan: keySpan, params: changed }
  })
}

const decodeSources = (cursor: Cursor, field: Field | undefined): ReadonlyArray<SourceDocument> => {
  if (field === undefined) return []
  return cursor.fields(field.value, "sources", field.keySpan).flatMap(({ key, keySpan, value }) => {
    const title = `source "${key}"`
    if (!NAME.test(key)) cursor.complain(keySpan, `${title}: a name is letters, digits, - and _, a letter first`)
    const record = cursor.record(value, title, ["path", "kind"], keySpan)
    const path = cursor.text(record.path, `${title}: path`)
    const kind = cursor.text(record.kind, `${title}: kind`)
    if (record.path === undefined) cursor.complain(keySpan, `${title}: the path is missing`)
    if (record.kind === undefined) cursor.complain(keySpan, `${title}: the kind is missing`, KIND_HINT)
    if (path === undefined || kind === undefined) return []
    if (leavesFolder(path.value)) {
      cursor.complain(path.span, `${title}: the path must stay in the folder of the pipeline file`)
    }
    if (isArtifactKind(kind.value)) {
      return [{ name: key, nameSpan: keySpan, path, kind: { value: kind.value, span: kind.span } }]
    }
    const close = nearest(kind.value, ARTIFACT_KINDS)
    cursor.complain(
      kind.span,
      `${title}: unknown kind "${kind.value}"`,
      close === undefined ? KIND_HINT : `did you mean "${close}"?   ${KIND_HINT}`
    )
    return []
  })
}

const KIND_HINT = `(kinds: ${ARTIFACT_KINDS.join(", ")})`

/** Whether a relative path could lead out of its folder. */
export const leavesFolder = (path: string): boolean =>
  /^(?:[/\\]|[A-Za-z]:)/u.test(path) || path.split(/[/\\]/u).includes("..")

const decodeOutputs = (cursor: Cursor, field: Field | undefined, known: Known): ReadonlyArray<OutputDocument> => {
  if (field === undefined) return []
  return cursor.fields(field.value, "outputs", field.keySpan).flatMap((entry) => {
    const { key, keySpan } = entry
    if (leavesFolder(key)) cursor.complain(keySpan, `outputs: "${key}" must stay in the reports folder`)
    const text = cursor.text(entry, `outputs: ${key}`)
    const reference = text && readReference(cursor, text.value, text.span, known, "outputs")
    return reference === undefined ? [] : [{ destination: { value: key, span: keySpan }, reference }]
  })
}

const decodeFigures = (cursor: Cursor, field: Field | undefined, known: Known): ReadonlyArray<Reference> => {
  if (field === undefined) return []
  const { figures } = cursor.record(field.value, "report", ["figures"], field.keySpan)
  if (figures === undefined) return []
  return cursor.items(figures.value, "report: figures", figures.keySpan).flatMap((item) => {
    const value = cursor.scalar(item)
    const span = cursor.span(item, figures.keySpan)
    if (typeof value !== "string") {
      cursor.complain(span, "report: a figure is named as stage.port")
      return []
    }
    return readReference(cursor, value, span, known, "report") ?? []
  })
}

const readReference = (
  cursor: Cursor,
  text: string,
  span: Span,
  known: Known,
  title: string
): Reference | undefined => {
  const reference = parseReference(text, span)
  if (Result.isFailure(reference)) {
    cursor.diagnostics.push(reference.failure)
    return undefined
  }
  checkReference(cursor, reference.success, known, title)
  return reference.success
}
