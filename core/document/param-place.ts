/** Where a person wrote what became a parameter of a task. */
import { Result } from "effect"
import type { Json } from "../stage/ArtifactKind.ts"
import type { Expression } from "./Expression.ts"
import { expressionsOf, partsOf } from "./expression-parts.ts"
import { isEqual } from "./json-values.ts"
import {
  type CommandDocument,
  entry,
  type MatrixDimension,
  type ParamView,
  type PipelineDocument,
  type StageDocument
} from "./PipelineDocument.ts"
import { resolveParams } from "./resolve-params.ts"
import type { Span } from "./Span.ts"
import type { Template } from "./Template.ts"

/** A place in the file; or the command line, whose overrides no file tells. */
export type ParamPlace = Span | "command line"

/** The parameters of a run, with the profile that they were chosen by. */
export interface ChosenParams {
  readonly profile: string
  readonly params: { readonly [name: string]: Json }
  /** The variables of the environment that the pipeline lists. */
  readonly env?: { readonly [name: string]: string | undefined }
}

/**
 * The place of a stage's parameter, given by its path (`network.depth`): the value under `with:`; where that is made of
 * one other value alone, a parameter of the pipeline or a dimension of the matrix, the place of that one.
 *
 * `undefined` where the file does not have it: the default of the stage type holds.
 */
export const paramPlace = (
  document: PipelineDocument,
  stage: string,
  path: string,
  chosen: ChosenParams
): ParamPlace | undefined => {
  const found = document.stages.find(({ id }) => id === stage)
  const template = found?.command
    ? commandPart(found.command, path)
    : found?.with && partAt(found.with, path.split("."))
  if (found === undefined || template === undefined) return undefined
  return follow(template, (root, name) => {
    if (root === "params") return pipelineParamPlace(document, wholeName(found.view, name), chosen)
    const dimension = found.matrix?.axes.flat().find(({ key }) => key === name)
    return root === "matrix" && dimension !== undefined ? dimensionPlace(document, found, dimension, chosen) : undefined
  })
}

/** The place that decides which tasks a stage has; `undefined` where it has no matrix. */
export const matrixPlace = (
  document: PipelineDocument,
  stage: string,
  chosen: ChosenParams
): ParamPlace | undefined => {
  const found = document.stages.find(({ id }) => id === stage)
  const [only, ...others] = found?.matrix?.axes.flat() ?? []
  if (found === undefined || only === undefined || others.length > 0) return found?.matrix?.span
  return dimensionPlace(document, found, only, chosen)
}

const dimensionPlace = (
  document: PipelineDocument,
  { view }: StageDocument,
  dimension: MatrixDimension,
  chosen: ChosenParams
): ParamPlace =>
  dimension.from !== undefined
    ? dimension.from.span
    : follow(dimension.value, (root, name) =>
        root === "params" ? pipelineParamPlace(document, wholeName(view, name), chosen) : undefined
      )

/** The name that a parameter has in the pipeline as a whole. */
const wholeName = (view: ParamView, name: string): string => view?.get(name) ?? name

/** The place of a parameter of the pipeline: the command line, the profile, or `params:`. */
const pipelineParamPlace = (document: PipelineDocument, name: string, chosen: ChosenParams): ParamPlace | undefined => {
  const written = resolveParams(document, { profile: chosen.profile, overrides: [], files: [], env: chosen.env ?? {} })
  const [own, now] = [Result.isSuccess(written) ? written.success.params[name] : undefined, chosen.params[name]]
  if (own !== undefined && now !== undefined && !isEqual(own, now)) return "command line"
  const profile = document.profiles.find((candidate) => candidate.name === chosen.profile)
  const defaulted = document.params.find(({ key }) => key === name)
  const chosenValue = entry(profile?.params, name)
  const template = chosenValue ?? defaulted?.value
  if (template === undefined) return undefined
  const view = chosenValue === undefined ? defaulted?.view : undefined
  // A parameter refers to those above it only, so that this ends.
  return follow(template, (root, other) => {
    const whole = wholeName(view, other)
    return root === "params" && whole !== name ? pipelineParamPlace(document, whole, chosen) : undefined
  })
}

/** The place of the only thing that a value is made of; its own where there is none, or more than one. */
const follow = (template: Template, find: (root: string, name: string) => ParamPlace | undefined): ParamPlace => {
  const [only, ...others] = new Map(namesIn(template).map((name) => [name.join("."), name])).values()
  return (only !== undefined && others.length === 0 ? find(...only) : undefined) ?? template.span
}

/** The part of a command behind `run`, `run[3]` or `outputs.table.path`. */
const commandPart = ({ outputs, run }: CommandDocument, path: string): Template | undefined => {
  const { index, port } = /^(?:run(?:\[(?<index>\d+)\])?|outputs\.(?<port>.+)\.path)$/u.exec(path)?.groups ?? {}
  if (port !== undefined) return outputs.find((output) => output.port === port)?.path
  // A list that stands for several words is the last, if there is one.
  return index === undefined || run._tag !== "List" ? run : (run.items[Number(index)] ?? run.items.at(-1))
}

/** The deepest part on a path that the file has. */
const partAt = (template: Template, [step, ...rest]: ReadonlyArray<string>): Template | undefined => {
  if (step === undefined) return template
  if (template._tag === "Map") {
    const part = entry(template, step)
    return part && (partAt(part, rest) ?? part)
  }
  const item = template._tag === "List" ? template.items[Number(step)] : undefined
  return item === undefined ? template : partAt(item, rest)
}

type Name = readonly [root: string, name: string]

/** What the expressions of a template refer to: `params.width`, `matrix.init`. */
const namesIn = (template: Template): ReadonlyArray<Name> => expressionsOf(template).flatMap(namesOf)

const namesOf = (expression: Expression): ReadonlyArray<Name> => {
  if (expression._tag === "Member" && expression.object._tag === "Name") {
    return [[expression.object.name, expression.name]]
  }
  if (expression._tag !== "Each") return partsOf(expression).flatMap(namesOf)
  const { list, body, condition } = expression
  return [list, body, ...(condition === undefined ? [] : [condition])].flatMap(namesOf)
}
