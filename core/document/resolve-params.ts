/** The parameters of a run: defaults, then the profile, then files, then single overrides. */
import { Result } from "effect"
import { parseDocument } from "yaml"
import type { Json } from "../stage/ArtifactKind.ts"
import { Cursor } from "./Cursor.ts"
import { type Diagnostic, PipelineInvalid } from "./Diagnostic.ts"
import { evaluateTemplate } from "./evaluate-template.ts"
import { nearest } from "./nearest.ts"
import type { PipelineDocument } from "./PipelineDocument.ts"
import { readMap, readTemplate } from "./read-template.ts"
import { readYaml } from "./read-yaml.ts"
import * as SourceText from "./SourceText.ts"
import type { Template, TemplateEntry } from "./Template.ts"

/** What the user chose for a run. */
export interface ParamChoices {
  /** `default` when left out. */
  readonly profile: string | undefined
  /** `-S key=value`; the text is read as YAML. A dotted key reaches into a map. */
  readonly overrides: ReadonlyArray<{ readonly key: string; readonly text: string }>
  /** `--params FILE`: YAML maps, later ones win. */
  readonly files: ReadonlyArray<{ readonly file: string; readonly text: string }>
}

export interface ResolvedParams {
  readonly profile: string
  readonly params: { readonly [name: string]: Json }
}

/** Resolves the parameters. An expression may use parameters that stand above it. */
export const resolveParams = (
  document: PipelineDocument,
  choices: ParamChoices
): Result.Result<ResolvedParams, PipelineInvalid> => {
  const complaints: Array<Diagnostic> = []
  const texts = new Map([[document.file, document.text]])
  const chosen = new Map(document.params.entries.map(({ key, value }) => [key, value]))
  const profile = choices.profile ?? "default"
  for (const { key, value } of profileEntries(document, profile, complaints)) chosen.set(key, value)
  for (const { file, text } of choices.files) {
    texts.set(file, text)
    for (const entry of fileEntries(file, text, complaints)) replace(document, chosen, entry, complaints)
  }
  for (const { key, text } of choices.overrides) {
    const name = `-S ${key}`
    texts.set(name, text)
    const [root = "", ...path] = key.split(".")
    const value = overrideValue(name, text, complaints)
    const nested = path.reduceRight((inner, step) => mapOf(step, inner), value)
    const current = chosen.get(root)
    replace(
      document,
      chosen,
      { key: root, keySpan: value.span, value: current === undefined ? nested : overlay(current, nested, path.length) },
      complaints
    )
  }
  const params = evaluateInOrder(document, chosen, complaints)
  if (complaints.length > 0) return Result.fail(new PipelineInvalid({ diagnostics: complaints, texts }))
  return Result.succeed({ profile, params })
}

const profileEntries = (
  document: PipelineDocument,
  profile: string,
  complaints: Array<Diagnostic>
): ReadonlyArray<TemplateEntry> => {
  if (profile === "default") return []
  const found = document.profiles.find(({ name }) => name === profile)
  if (found !== undefined) return found.params.entries
  const names = ["default", ...document.profiles.map(({ name }) => name)]
  const close = nearest(profile, names)
  complaints.push({
    severity: "error",
    span: document.name.span,
    message: `unknown profile "${profile}"`,
    hint: `${close === undefined ? "" : `did you mean "${close}"?   `}(profiles: ${names.join(", ")})`
  })
  return []
}

const fileEntries = (file: string, text: string, complaints: Array<Diagnostic>): ReadonlyArray<TemplateEntry> => {
  const source = SourceText.make(file, text)
  const yaml = readYaml(source)
  if (Result.isFailure(yaml)) {
    complaints.push(...yaml.failure)
    return []
  }
  const cursor = new Cursor(source, yaml.success)
  const { entries } = readMap(cursor, yaml.success)
  complaints.push(...cursor.diagnostics)
  return entries
}

const overrideValue = (name: string, text: string, complaints: Array<Diagnostic>): Template => {
  const source = SourceText.make(name, text)
  const yaml = parseDocument(text, { prettyErrors: false })
  const [error] = yaml.errors
  const cursor = new Cursor(source, yaml.contents)
  if (error !== undefined) cursor.complain(SourceText.span(source, 0, text.length), `no YAML value: ${error.message}`)
  const value = readTemplate(cursor, yaml.contents, SourceText.span(source, 0, text.length))
  complaints.push(...cursor.diagnostics)
  return value
}

const mapOf = (key: string, value: Template): Template => ({
  _tag: "Map",
  entries: [{ key, keySpan: value.span, value }],
  span: value.span
})

/** Lays a value over another: maps are merged down to the given depth, below it the new value stands. */
const overlay = (below: Template, above: Template, depth: number): Template => {
  if (depth === 0 || below._tag !== "Map" || above._tag !== "Map") return above
  const merged = new Map(below.entries.map((entry) => [entry.key, entry]))
  for (const entry of above.entries) {
    const old = merged.get(entry.key)
    merged.set(entry.key, old === undefined ? entry : { ...entry, value: overlay(old.value, entry.value, depth - 1) })
  }
  return { ...below, entries: [...merged.values()] }
}

const replace = (
  document: PipelineDocument,
  chosen: Map<string, Template>,
  { key, keySpan, value }: TemplateEntry,
  complaints: Array<Diagnostic>
): void => {
  if (chosen.has(key)) {
    chosen.set(key, value)
    return
  }
  const names = document.params.entries.map((entry) => entry.key)
  const close = nearest(key, names)
  complaints.push({
    severity: "error",
    span: keySpan,
    message: `unknown parameter "${key}"`,
    hint: close === undefined ? `(params: ${names.join(", ")})` : `did you mean "${close}"?`
  })
}

const evaluateInOrder = (
  document: PipelineDocument,
  chosen: ReadonlyMap<string, Template>,
  complaints: Array<Diagnostic>
): { readonly [name: string]: Json } => {
  const params: Record<string, Json> = {}
  for (const { key } of document.params.entries) {
    const template = chosen.get(key)
    if (template === undefined) continue
    const value = evaluateTemplate(template, { params })
    if (Result.isSuccess(value)) params[key] = value.success
    else complaints.push(...value.failure)
  }
  return params
}
