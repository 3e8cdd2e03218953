/** The matrix values that a reference gives: text, and expressions in the place of values. */
import { isScalar } from "yaml"
import type { Cursor } from "./Cursor.ts"
import { checkNames, type Offer } from "./check-names.ts"
import type { OneReference, WrittenValues } from "./PipelineDocument.ts"
import { placesOf, readTemplate } from "./read-template.ts"

/**
 * Reads `@width=500,init=${{ matrix.init }}` of a reference, with its place; `undefined` after a complaint.
 *
 * `offer` is what its expressions may name; absent where no task asks.
 */
export const readValues = (
  cursor: Cursor,
  node: unknown,
  { stage, task, span }: OneReference,
  title: string,
  offer: Offer | undefined
): WrittenValues | undefined => {
  const scalar = cursor.resolve(node)
  const text = String(cursor.scalar(node))
  const place = isScalar(scalar) ? placesOf(cursor, scalar, text, span)(stage.length, task.length) : span
  if (!task.includes("${{")) return { span: place, parts: [task.slice(stage.length)] }
  const template = readTemplate(cursor, node, span)
  if (template._tag !== "Text") return undefined
  if (offer === undefined) {
    cursor.complain(
      place,
      `${title}: no expression can stand here`,
      "the inputs of a stage may give values by expressions"
    )
    return undefined
  }
  checkNames(cursor, title, template, offer)
  const parts = withoutEnds(template.parts, stage.length, text.length - task.length)
  for (const [index, part] of parts.entries()) {
    if (typeof part === "string" || isWhole(parts[index - 1], parts[index + 1])) continue
    cursor.complain(part.span, `${title}: an expression gives a whole value`, "write stage@key=${{ … }}.port")
    return undefined
  }
  return { span: place, parts }
}

type Parts = WrittenValues["parts"]

/** The name of the stage stands before the first expression, and that of the port behind the last. */
const withoutEnds = (parts: Parts, head: number, tail: number): Parts =>
  parts
    .map((part, index) => {
      if (typeof part !== "string") return part
      return part.slice(index === 0 ? head : 0, index === parts.length - 1 ? part.length - tail : undefined)
    })
    .filter((part) => part !== "")

const isWhole = (before: Parts[number] | undefined, after: Parts[number] | undefined): boolean =>
  typeof before === "string" &&
  before.endsWith("=") &&
  (after === undefined || (typeof after === "string" && after.startsWith(",")))
