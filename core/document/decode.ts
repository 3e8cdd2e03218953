/** From the text of a pipeline file to a `PipelineDocument`, or every complaint about it. */
import { Result } from "effect"
import { isMap } from "yaml"
import { Cursor, type Field } from "./Cursor.ts"
import type { KnownNames } from "./check-reference.ts"
import { checkSecrets } from "./check-secrets.ts"
import { type Diagnostic, inOrder, PipelineInvalid } from "./Diagnostic.ts"
import { decodeEnv } from "./decode-env.ts"
import { decodeExpectation } from "./decode-expectation.ts"
import { Destinations, decodeOutputs } from "./decode-outputs.ts"
import { decodePaper } from "./decode-paper.ts"
import { decodeParams, decodeProfiles } from "./decode-params.ts"
import { decodeReport } from "./decode-report.ts"
import { decodeLimits } from "./decode-resources.ts"
import { decodeSchedules } from "./decode-schedule.ts"
import { decodeStage } from "./decode-stage.ts"
import { type Fragment, isReadable, type OpenFile } from "./Fragment.ts"
import { type Gathered, gatherFragments, type YamlFile } from "./gather-fragments.ts"
import { type NamedParts, namedParts } from "./known-names.ts"
import type { PipelineDocument, ReportDocument } from "./PipelineDocument.ts"
import { readYaml } from "./read-yaml.ts"
import { NAME, NAME_RULE } from "./reference.ts"
import { pathFault } from "./relative-path.ts"
import * as SourceText from "./SourceText.ts"
import type { Spanned } from "./Span.ts"

const KEYS = [
  "name",
  "description",
  "paper",
  "include",
  "env",
  "params",
  "paramsFrom",
  "profiles",
  "sources",
  "limits",
  "stages",
  "outputs",
  "expect",
  "report",
  "schedule"
] as const

type Top = { readonly [key in (typeof KEYS)[number]]?: Field }

/** Complaints beyond this help nobody. */
const MAX_COMPLAINTS = 200

/** Where no other files can be read. */
const NO_FILES: OpenFile = () => Result.fail("no other file can be read here")

/** Decodes a pipeline file with what it includes, which `open` reads. Never throws, whatever the text. */
export const decode = (
  file: string,
  text: string,
  open: OpenFile = NO_FILES
): Result.Result<PipelineDocument, PipelineInvalid> => {
  const source = SourceText.make(file, text)
  const tree = readYaml(source)
  const pipeline = { cursor: new Cursor(source, tree), tree }
  const isEmpty = pipeline.cursor.scalar(tree.root) === null
  const { files, document } = isEmpty ? emptyFile(pipeline) : decodeDocument(pipeline, open)
  const texts = new Map(files.map(({ cursor }) => [cursor.source.file, cursor.source.text]))
  const complaints = files.flatMap(complaintsOf)
  if (complaints.length === 0 && document !== undefined) return Result.succeed({ ...document, texts })
  return Result.fail(new PipelineInvalid({ diagnostics: shortened(inOrder(complaints, texts)), texts }))
}

const complaintsOf = ({ cursor, tree }: YamlFile): ReadonlyArray<Diagnostic> => [
  ...tree.diagnostics,
  ...cursor.diagnostics.filter(({ span }) => !tree.isDamaged(span.line))
]

const shortened = (diagnostics: ReadonlyArray<Diagnostic>): ReadonlyArray<Diagnostic> => {
  const next = diagnostics[MAX_COMPLAINTS]
  if (next === undefined) return diagnostics
  const message = `${diagnostics.length - MAX_COMPLAINTS} more complaints from here on`
  return [...diagnostics.slice(0, MAX_COMPLAINTS), { severity: "error", span: next.span, message }]
}

/** What could be read, and what of it could be understood. */
interface Decoded {
  readonly files: ReadonlyArray<YamlFile>
  readonly document: Omit<PipelineDocument, "texts"> | undefined
}

/** Says so, unless it is only empty of what could be read. */
const emptyFile = (pipeline: YamlFile): Decoded => {
  const { cursor, tree } = pipeline
  const start = SourceText.span(cursor.source, 0, 1)
  if (tree.isWhole) cursor.complain(start, "the file is empty", "add   name: my-study   and   stages:")
  return { files: [pipeline], document: undefined }
}

const decodeDocument = (pipeline: YamlFile, open: OpenFile): Decoded => {
  const { cursor, tree } = pipeline
  const start = SourceText.span(cursor.source, 0, 1)
  if (!isMap(cursor.resolve(tree.root))) {
    cursor.complain(
      start,
      `a pipeline must be a map, not ${cursor.describe(tree.root)}`,
      "add   name: my-study   and   stages:"
    )
    return { files: [pipeline], document: undefined }
  }
  const top = cursor.record(tree.root, "the pipeline", KEYS)
  const gathered = gatherFragments({ ...pipeline, top }, open)
  const name = decodeName(cursor, top.name, tree.isWhole)
  const env = decodeEnv(gathered.fragments)
  const variables = new Set(env.map((variable) => variable.name))
  const { params, offers, views } = decodeParams(gathered, variables)
  const profiles = decodeProfiles(cursor, top.profiles, params, { ...offers.get(gathered.root), env: variables })
  const profileNames = isReadable(pipeline, top.profiles)
    ? new Set(["default", ...profiles.map((profile) => profile.name)])
    : undefined
  const parts = namedParts(gathered)
  checkStages(pipeline, top, gathered, parts)
  const knownTo = ({ namespace }: Fragment): KnownNames => ({
    ...(parts.names.get(namespace) ?? NOTHING_KNOWN),
    profiles: profileNames
  })
  const decoded = parts.stages.flatMap(({ fragment, field }) => {
    const { namespace } = fragment
    const stage = decodeStage(fragment, field, knownTo(fragment), offers.get(namespace) ?? {}, views.get(namespace))
    return stage === undefined ? [] : [{ fragment, stage }]
  })
  checkSecrets(decoded, env)
  const ends = decodeEnds(gathered.fragments, knownTo)
  const schedules = decodeSchedules(cursor, top.schedule, {
    profiles: profileNames,
    params: offers.get(gathered.root)?.params === undefined ? undefined : new Set(params.map(({ key }) => key))
  })
  const paper = decodePaper(cursor, top.paper)
  const description = cursor.text(top.description, "description")?.value
  const { files } = gathered
  if (name === undefined) return { files, document: undefined }
  const document = {
    file: cursor.source.file,
    text: cursor.source.text,
    name,
    description,
    paper,
    env,
    params,
    profiles,
    sources: parts.sources,
    limits: decodeLimits(gathered.fragments),
    stages: decoded.map(({ stage }) => stage),
    ...ends,
    schedules
  }
  return { files, document }
}

const NOTHING_KNOWN = { stages: undefined, sources: undefined }

/** Complains when there is none: neither here nor in what is included. */
const checkStages = (
  { cursor, tree: { isWhole } }: YamlFile,
  top: Top,
  { incomplete }: Gathered,
  { stages }: NamedParts
): void => {
  if (stages.length > 0 || !isWhole || (top.include !== undefined && incomplete.size > 0)) return
  if (top.stages === undefined) {
    cursor.complain(SourceText.span(cursor.source, 0, 1), "the pipeline has no stages", "add   stages:")
  } else if (["a map", "nothing"].includes(cursor.describe(top.stages.value))) {
    cursor.complain(top.stages.keySpan, "stages: there is none", "add   my-stage: { uses: family/name }")
  }
}

/** What a run gives to people, from all files. */
const decodeEnds = (fragments: ReadonlyArray<Fragment>, knownTo: (fragment: Fragment) => KnownNames) => {
  const destinations = new Destinations()
  const expectations = fragments.flatMap((fragment) => {
    const { cursor, top } = fragment
    const start = SourceText.span(cursor.source, 0, 1)
    return cursor
      .items(top.expect, "expect")
      .flatMap((item) => decodeExpectation(cursor, item, knownTo(fragment), top.expect?.keySpan ?? start) ?? [])
  })
  return {
    outputs: fragments.flatMap((fragment) => decodeOutputs(fragment, knownTo(fragment), destinations)),
    expectations,
    report: joined(fragments.map((fragment) => decodeReport(fragment, knownTo(fragment))))
  }
}

/** What all files ask of the report; figures of times are the usual ones where none says which. */
const joined = (reports: ReadonlyArray<ReportDocument>): ReportDocument => ({
  figures: reports.flatMap(({ figures }) => figures),
  times: reports.every(({ times }) => times === undefined) ? undefined : reports.flatMap(({ times }) => times ?? [])
})

/** The name becomes that of folders and rows. */
const decodeName = (cursor: Cursor, field: Field | undefined, isWhole: boolean): Spanned<string> | undefined => {
  if (field === undefined && isWhole) {
    cursor.complain(SourceText.span(cursor.source, 0, 1), "the pipeline has no name", "add   name: my-study")
  }
  const name = cursor.text(field, "name")
  const fault = name && (NAME.test(name.value) ? pathFault(name.value) : NAME_RULE)
  if (name !== undefined && fault !== undefined) cursor.complain(name.span, `name: ${fault}`)
  return name
}
