/** The matrix of a stage. */

import { isMap, isSeq } from "yaml"
import type { Cursor, Field } from "./Cursor.ts"
import { checkNames, type Offer } from "./check-names.ts"
import { type KnownNames, readReference } from "./check-reference.ts"
import { dimensionsOf, type MatrixAxis, type MatrixDimension, type MatrixDocument } from "./PipelineDocument.ts"
import { readMap, readTemplate } from "./read-template.ts"
import { NAME, NAME_RULE } from "./reference.ts"
import type { Template, TemplateMap } from "./Template.ts"

/** Dimensions of a matrix: each combination holds a value of each, and the name of its task too. */
const MOST_DIMENSIONS = 64

/** Decodes `matrix:`. Its expressions see the parameters, and those of a dimension also the dimensions above it. */
export const decodeMatrix = (
  cursor: Cursor,
  stage: string,
  field: Field,
  offer: Offer,
  known: KnownNames
): MatrixDocument => {
  const title = `${stage}: matrix`
  const fields = cursor.fields(field.value, title, field.keySpan)
  const axes = fields.flatMap((axis): ReadonlyArray<MatrixAxis> => {
    if (axis.key === "include" || axis.key === "exclude") return []
    return axis.key === "zip" ? decodeZip(cursor, title, axis, known) : [[decodeDimension(cursor, title, axis, known)]]
  })
  const matrix: MatrixDocument = {
    span: cursor.span(field.value, field.keySpan),
    axes,
    include: combinations(cursor, title, fields, "include"),
    exclude: combinations(cursor, title, fields, "exclude")
  }
  if (axes.length === 0 && !fields.some(({ key }) => key === "zip")) {
    cursor.complain(field.keySpan, `${title} has no dimension`, "add   seed: ${{ range(10) }}")
  }
  checkTwice(cursor, title, axes.flat())
  const beyond = axes.flat()[MOST_DIMENSIONS]
  if (beyond !== undefined) cursor.complain(beyond.keySpan, `${title} has more than ${MOST_DIMENSIONS} dimensions`)
  checkAxes(cursor, title, matrix, offer)
  for (const map of [...matrix.include, ...matrix.exclude]) checkNames(cursor, title, map, offer)
  return matrix
}

const decodeDimension = (
  cursor: Cursor,
  title: string,
  { key, keySpan, value }: Field,
  known: KnownNames
): MatrixDimension => {
  if (!NAME.test(key)) cursor.complain(keySpan, `${title}: "${key}": ${NAME_RULE}`)
  const resolved = cursor.resolve(value)
  if (isMap(resolved) && resolved.has("from")) {
    const { from } = cursor.record(value, `${title}: ${key}`, ["from"], keySpan)
    const reference = readReference(cursor, from?.value, from?.keySpan ?? keySpan, known, `${title}: ${key}`)
    if (reference?._tag === "One") return { key, keySpan, from: reference }
    if (reference !== undefined) {
      cursor.complain(reference.span, `${title}: ${key} must come from one output`, "write { from: stage.port }")
    }
    return { key, keySpan, value: { _tag: "List", items: [], span: cursor.span(value, keySpan) } }
  }
  const template = readTemplate(cursor, value, keySpan)
  checkList(cursor, `${title}: ${key}`, template)
  return { key, keySpan, value: template }
}

/** Dimensions that advance together: a map of them, or a list of such maps, each an axis of its own. */
const decodeZip = (
  cursor: Cursor,
  title: string,
  { keySpan, value }: Field,
  known: KnownNames
): ReadonlyArray<MatrixAxis> => {
  const resolved = cursor.resolve(value)
  const groups: ReadonlyArray<unknown> = isSeq(resolved) ? resolved.items : [value]
  const axes = groups.flatMap((group): ReadonlyArray<MatrixAxis> => {
    const [first, ...others] = cursor
      .fields(group, `${title}: zip`, keySpan)
      .map((dimension) => decodeDimension(cursor, `${title}: zip`, dimension, known))
    return first === undefined ? [] : [[first, ...others]]
  })
  if (axes.length === 0 && ["a map", "a list", "nothing"].includes(cursor.describe(value))) {
    cursor.complain(keySpan, `${title}: zip has no dimension`, "add   zip: { width: [100, 500], rate: [0.1, 0.01] }")
  }
  return axes
}

/** A name that stands both in a zip and beside it; within one map a key cannot stand twice. */
const checkTwice = (cursor: Cursor, title: string, dimensions: ReadonlyArray<MatrixDimension>): void => {
  const seen = new Set<string>()
  for (const { key, keySpan } of dimensions) {
    if (seen.has(key)) cursor.complain(keySpan, `${title}: there are two dimensions "${key}"`)
    seen.add(key)
  }
}

/** What a matrix may go over of the machine. */
const MACHINE: ReadonlySet<string> = new Set(["backends"])

/** Complains of names that the lists of a matrix use and that are not there, or not yet. */
const checkAxes = (cursor: Cursor, title: string, matrix: MatrixDocument, offer: Offer): void => {
  const unresolved = new Set(dimensionsOf(matrix))
  const above = new Set<string>()
  for (const axis of matrix.axes) {
    for (const { from, ...dimension } of axis) {
      if ("value" in dimension)
        checkNames(cursor, title, dimension.value, { ...offer, matrix: above, unresolved, machine: MACHINE })
    }
    for (const { key } of axis) {
      above.add(key)
      unresolved.delete(key)
    }
  }
}

/** A dimension that is plainly no list; what an expression gives is known only when it is evaluated. */
const checkList = (cursor: Cursor, title: string, { _tag, span }: Template): void => {
  if (_tag === "List" || _tag === "Computed") return
  cursor.complain(
    span,
    `${title} must be a list`,
    "write [1, 2, 3], ${{ range(10) }}, ${{ params.name }} or { from: stage.port }"
  )
}

const combinations = (
  cursor: Cursor,
  title: string,
  fields: ReadonlyArray<Field>,
  key: "include" | "exclude"
): ReadonlyArray<TemplateMap> => {
  const field = fields.find((candidate) => candidate.key === key)
  return cursor
    .items(field, `${title}: ${key}`)
    .map((item) => readMap(cursor, item, `${title}: ${key}`, field?.keySpan))
}
