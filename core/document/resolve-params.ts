/** The parameters of a run: defaults, then the profile, then files, then single overrides. */

import { Result } from "effect"
import type { Json } from "../stage/ArtifactKind.ts"
import { Budget } from "./Budget.ts"
import { type Diagnostic, PipelineInvalid } from "./Diagnostic.ts"
import type { Scope } from "./evaluate.ts"
import { evaluateTemplate } from "./evaluate-template.ts"
import type { ParamView, PipelineDocument } from "./PipelineDocument.ts"
import {
  type Choice,
  type ParamChoices,
  type ReadChoices,
  readOverride,
  readParamsFile,
  readProfile
} from "./param-choices.ts"
import { replacePart } from "./replace-part.ts"
import * as SourceText from "./SourceText.ts"

export type { ParamChoices } from "./param-choices.ts"

interface JsonMap {
  readonly [name: string]: Json
}

export interface ResolvedParams {
  readonly profile: string
  readonly params: { readonly [name: string]: Json }
}

/**
 * Resolves the parameters of a run.
 *
 * A value replaces the one before it as a whole, unless an override names a part of it. Expressions are evaluated when
 * all values are chosen, in the order in which the file has the parameters; each may use those above it.
 */
export const resolveParams = (
  document: PipelineDocument,
  { profile = "default", overrides, files, env = {} }: ParamChoices
): Result.Result<ResolvedParams, PipelineInvalid> => {
  const texts = new Map(document.texts)
  const shown = (file: string, text: string): SourceText.SourceText => {
    texts.set(file, text)
    return SourceText.make(file, text)
  }
  const read: ReadonlyArray<ReadChoices> = [
    readProfile(document, profile, shown("--profile", profile)),
    ...files.map(({ file, text }) => readParamsFile(document, shown(file, text))),
    ...overrides.map(({ key, text }) => readOverride(document, key, text, shown(`-S ${key}`, `${key}=${text}`)))
  ]
  const diagnostics = read.flatMap((part) => part.diagnostics)
  if (diagnostics.length > 0) return Result.fail(new PipelineInvalid({ diagnostics, texts }))
  const defaults = document.params.map(({ key, value, view }): Choice => ({ name: key, path: [], value, view }))
  const choices = Map.groupBy([...defaults, ...read.flatMap((part) => part.choices)], ({ name }) => name)
  const params: Record<string, Json> = {}
  const variables = seenVariables(document, env)
  const budget = new Budget()
  for (const [name, given] of choices) {
    const value = resolved(given, { params, env: variables, budget })
    // Later parameters may use this one: complaints about them would only follow.
    if (Result.isFailure(value)) return Result.fail(new PipelineInvalid({ diagnostics: value.failure, texts }))
    params[name] = value.success
  }
  return Result.succeed({ profile, params })
}

/** The variables that the pipeline lists, as far as they are set or have a default. */
const seenVariables = (document: PipelineDocument, env: NonNullable<ParamChoices["env"]>): JsonMap =>
  Object.fromEntries(
    document.env.flatMap(({ name, otherwise }) => {
      const value = env[name] ?? otherwise
      return value === undefined ? [] : [[name, value]]
    })
  )

/** The parameters by the names that a file gives them. */
export const seenParams = (params: JsonMap, view: ParamView): JsonMap =>
  view === undefined
    ? params
    : Object.fromEntries(
        [...view].flatMap(([name, whole]) => (Object.hasOwn(params, whole) ? [[name, params[whole] ?? null]] : []))
      )

/** The last whole value, with the parts that were chosen after it. */
const resolved = (
  given: ReadonlyArray<Choice>,
  { params, ...scope }: Scope & { readonly params: JsonMap }
): Result.Result<Json, ReadonlyArray<Diagnostic>> =>
  Result.gen(function* () {
    const last = given.findLastIndex(({ path }) => path.length === 0)
    let value: Json = null
    for (const choice of given.slice(last)) {
      const part = yield* evaluateTemplate(choice.value, { ...scope, params: seenParams(params, choice.view) })
      value = yield* replacePart(value, choice.path, part)
    }
    return value
  })
