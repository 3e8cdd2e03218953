/** The variables of the environment that a pipeline may see. */
import { isMap } from "yaml"
import type { Field } from "./Cursor.ts"
import type { Fragment } from "./Fragment.ts"
import type { EnvDocument } from "./PipelineDocument.ts"
import type { Span } from "./Span.ts"

const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/u

/** Decodes `env:` of all files: a list of names, or a map to the texts that hold where a variable is not set. */
export const decodeEnv = (fragments: ReadonlyArray<Fragment>): ReadonlyArray<EnvDocument> => {
  const variables = new Map<string, EnvDocument>()
  // An including file comes after what it merges, and its default wins.
  for (const fragment of fragments) {
    for (const variable of decodeField(fragment, fragment.top.env)) variables.set(variable.name, variable)
  }
  return [...variables.values()]
}

const decodeField = ({ cursor }: Fragment, field: Field | undefined): ReadonlyArray<EnvDocument> => {
  if (field === undefined) return []
  const checked = (name: string, span: Span, otherwise: string | undefined): EnvDocument => {
    if (!VARIABLE.test(name)) cursor.complain(span, `env: "${name}" names no variable`, "letters, digits and _")
    return { name, span, otherwise }
  }
  if (isMap(cursor.resolve(field.value))) {
    return cursor.fields(field.value, "env").map((variable) => {
      const isEmpty = cursor.scalar(variable.value) === null
      const text = isEmpty ? undefined : cursor.text(variable, `env: ${variable.key}`)
      return checked(variable.key, variable.keySpan, text?.value)
    })
  }
  return cursor.items(field, "env").map((item) => {
    const span = cursor.span(item, field.keySpan)
    const name = cursor.scalar(item)
    return checked(typeof name === "string" ? name : cursor.describe(item), span, undefined)
  })
}
