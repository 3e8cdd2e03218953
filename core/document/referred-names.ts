/** What the expressions of a template refer to. */
import type { Expression } from "./Expression.ts"
import { expressionsOf, partsOf } from "./expression-parts.ts"
import type { ParamView } from "./PipelineDocument.ts"
import type { Template } from "./Template.ts"

/** A root with the member of it that is meant. */
type Name = readonly [root: string, name: string]

/** What the expressions of a template refer to: `params.width`, `params["learning-rate"]`. */
export const namesIn = (template: Template): ReadonlyArray<Name> => expressionsOf(template).flatMap(namesOf)

const namesOf = (expression: Expression): ReadonlyArray<Name> => {
  if (expression._tag === "Member" && expression.object._tag === "Name") {
    return [[expression.object.name, expression.name]]
  }
  if (expression._tag === "Index" && expression.object._tag === "Name") {
    const { object, index } = expression
    return index._tag === "Value" ? [[object.name, String(index.value)]] : namesOf(index)
  }
  if (expression._tag !== "Each") return partsOf(expression).flatMap(namesOf)
  const { list, body, condition } = expression
  return [list, body, ...(condition === undefined ? [] : [condition])].flatMap(namesOf)
}

/** The name that a parameter has in the pipeline as a whole. */
export const wholeName = (view: ParamView, name: string): string => view?.get(name) ?? name
