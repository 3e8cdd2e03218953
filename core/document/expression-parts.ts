/** The parts of templates and expressions, for whoever walks over them. */
import type { Expression } from "./Expression.ts"
import type { Template } from "./Template.ts"

/** Every expression in a template. */
export const expressionsOf = (template: Template): ReadonlyArray<Expression> => {
  switch (template._tag) {
    case "Literal":
      return []
    case "Computed":
      return [template.expression]
    case "Text":
      return template.parts.filter((part) => typeof part !== "string")
    case "List":
      return template.items.flatMap(expressionsOf)
    case "Map":
      return template.entries.flatMap(({ value }) => expressionsOf(value))
  }
}

/** An expression of one form. */
export type Part<T extends Expression["_tag"]> = Extract<Expression, { readonly _tag: T }>

/** The expressions that one is made of, but for `Each`, whose parts see a name more. */
export const partsOf = (expression: Exclude<Expression, Part<"Each">>): ReadonlyArray<Expression> => {
  switch (expression._tag) {
    case "Value":
    case "Name":
      return []
    case "Items":
      return expression.items
    case "Member":
      return [expression.object]
    case "Index":
      return [expression.object, expression.index]
    case "Unary":
      return [expression.operand]
    case "Binary":
      return [expression.left, expression.right]
    case "Conditional":
      return [expression.test, expression.then, expression.otherwise]
    case "Call":
      return expression.arguments
  }
}

/** Whether a template may use a root name. A list that is gone through with the same name counts too. */
export const mentions = (template: Template, root: string): boolean => {
  const waiting = [...expressionsOf(template)]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (next._tag === "Name" && next.name === root) return true
    if (next._tag !== "Each") waiting.push(...partsOf(next))
    else waiting.push(next.list, next.body, ...(next.condition === undefined ? [] : [next.condition]))
  }
  return false
}
