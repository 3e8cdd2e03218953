/** `-S net.depth=3` as it was typed: the path, and the value as YAML, both with their places. */
import { Cursor } from "./Cursor.ts"
import { readTemplate } from "./read-template.ts"
import { readYaml } from "./read-yaml.ts"
import type { Step } from "./replace-part.ts"
import * as SourceText from "./SourceText.ts"
import type { Template } from "./Template.ts"

export interface TypedValue {
  /** The parameter, and the steps into it. */
  readonly path: ReadonlyArray<Step>
  readonly value: Template
  /** Has the complaints, which point into what was typed. */
  readonly cursor: Cursor
}

/** The text that complaints point into. */
export const typedText = (key: string, text: string): SourceText.SourceText =>
  SourceText.make(`-S ${key}`, `${key}=${text}`)

export const readTyped = (key: string, text: string, typed: SourceText.SourceText): TypedValue => {
  const start = key.length + 1
  const tree = readYaml(SourceText.make(typed.file, `${" ".repeat(start)}${text}`))
  const cursor = new Cursor(typed, tree)
  cursor.diagnostics.push(...tree.diagnostics)
  const value = readTemplate(cursor, tree.root, SourceText.span(typed, start, start + 1))
  return { path: stepsOf(key, typed), value, cursor }
}

const stepsOf = (key: string, typed: SourceText.SourceText): ReadonlyArray<Step> => {
  let at = 0
  return key.split(".").map((step) => {
    const span = SourceText.span(typed, at, at + step.length)
    at += step.length + 1
    return { step, span }
  })
}
