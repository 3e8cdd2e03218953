/** What a user chose for the parameters of a run, read into templates with their places. */
import { Cursor } from "./Cursor.ts"
import type { Diagnostic } from "./Diagnostic.ts"
import { checkParameter, positionsOf } from "./decode-params.ts"
import type { ParamView, PipelineDocument } from "./PipelineDocument.ts"
import { readMap } from "./read-template.ts"
import { readYaml } from "./read-yaml.ts"
import type { Step } from "./replace-part.ts"
import * as SourceText from "./SourceText.ts"
import type { Template, TemplateEntry } from "./Template.ts"
import { readTyped } from "./typed-value.ts"

/** What the user chose for a run. */
export interface ParamChoices {
  /** `default` when left out. */
  readonly profile: string | undefined
  /** `-S key=value`; the text is read as YAML. A dotted key reaches into a map or list. */
  readonly overrides: ReadonlyArray<{ readonly key: string; readonly text: string }>
  /** `--params FILE`: YAML maps, later ones win. */
  readonly files: ReadonlyArray<{ readonly file: string; readonly text: string }>
  /** Variables of the environment that are set; only those that the pipeline lists are seen. */
  readonly env?: { readonly [name: string]: string | undefined }
}

/** A value for a parameter, or for a part of it. */
export interface Choice {
  readonly name: string
  /** Steps into the parameter; none for the whole. */
  readonly path: ReadonlyArray<Step>
  readonly value: Template
  /** How the value sees the other parameters. */
  readonly view: ParamView
}

export interface ReadChoices {
  readonly choices: ReadonlyArray<Choice>
  readonly diagnostics: ReadonlyArray<Diagnostic>
}

/** The profile's values. A profile that does not exist is shown as it was typed. */
export const readProfile = (document: PipelineDocument, profile: string, typed: SourceText.SourceText): ReadChoices => {
  const found = document.profiles.find(({ name }) => name === profile)
  if (found !== undefined) return { choices: found.params.entries.map(whole), diagnostics: [] }
  if (profile === "default") return { choices: [], diagnostics: [] }
  const cursor = new Cursor(typed, NO_ALIASES)
  const names = ["default", ...document.profiles.map(({ name }) => name)]
  cursor.unknown(SourceText.span(typed, 0, typed.text.length), "unknown profile", profile, "profiles", names)
  return { choices: [], diagnostics: cursor.diagnostics }
}

/** The values in a `--params` file. */
export const readParamsFile = (document: PipelineDocument, source: SourceText.SourceText): ReadChoices => {
  const tree = readYaml(source)
  if (tree.diagnostics.length > 0) return { choices: [], diagnostics: tree.diagnostics }
  const cursor = new Cursor(source, tree)
  const { entries } = readMap(cursor, tree.root, "a file of parameters", SourceText.span(source, 0, 1))
  const known = entries.filter((entry) => isKnown(cursor, document, entry))
  return { choices: known.map(whole), diagnostics: cursor.diagnostics }
}

/** The value of one `-S key=value`; `typed` holds both, so that complaints point into what was typed. */
export const readOverride = (
  document: PipelineDocument,
  key: string,
  text: string,
  typed: SourceText.SourceText
): ReadChoices => {
  const { path, value, cursor } = readTyped(key, text, typed)
  if (cursor.diagnostics.length > 0) return { choices: [], diagnostics: cursor.diagnostics }
  const [root, ...rest] = path
  const entry = { key: root?.step ?? key, keySpan: root?.span ?? value.span, value }
  const choices = isKnown(cursor, document, entry) ? [{ name: entry.key, path: rest, value, view: undefined }] : []
  return { choices, diagnostics: cursor.diagnostics }
}

const NO_ALIASES = { aliases: new Map() }

const whole = ({ key, value }: TemplateEntry): Choice => ({ name: key, path: [], value, view: undefined })

const isKnown = (cursor: Cursor, document: PipelineDocument, entry: TemplateEntry): boolean => {
  const params = positionsOf(document.params)
  const env = new Set(document.env.map(({ name }) => name))
  if (params.has(entry.key)) checkParameter(cursor, "params", entry, { params, env }, params)
  else cursor.unknown(entry.keySpan, "unknown parameter", entry.key, "params", params.keys())
  return params.has(entry.key)
}
