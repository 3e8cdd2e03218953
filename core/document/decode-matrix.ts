/** The matrix of a stage. */

import type { Cursor, Field } from "./Cursor.ts"
import { checkNames, type Offer } from "./check-names.ts"
import type { MatrixDocument } from "./PipelineDocument.ts"
import { readMap, readTemplate } from "./read-template.ts"
import { NAME, NAME_RULE } from "./reference.ts"
import type { Template, TemplateMap } from "./Template.ts"

/** Decodes `matrix:`. Its expressions see the parameters only: the tasks are made from it. */
export const decodeMatrix = (cursor: Cursor, stage: string, field: Field, offer: Offer): MatrixDocument => {
  const title = `${stage}: matrix`
  const fields = cursor.fields(field.value, title, field.keySpan)
  const dimensions = fields.filter(({ key }) => key !== "include" && key !== "exclude")
  if (dimensions.length === 0) {
    cursor.complain(field.keySpan, `${title} has no dimension`, "add   seed: ${{ range(10) }}")
  }
  for (const { key, keySpan } of dimensions) {
    if (!NAME.test(key)) cursor.complain(keySpan, `${title}: "${key}": ${NAME_RULE}`)
  }
  const matrix: MatrixDocument = {
    span: cursor.span(field.value, field.keySpan),
    dimensions: dimensions.map(({ key, keySpan, value }) => {
      const template = readTemplate(cursor, value, keySpan)
      checkList(cursor, `${title}: ${key}`, template)
      return { key, keySpan, value: template }
    }),
    include: combinations(cursor, title, fields, "include"),
    exclude: combinations(cursor, title, fields, "exclude")
  }
  for (const { value } of matrix.dimensions) checkNames(cursor, title, value, offer)
  for (const map of [...matrix.include, ...matrix.exclude]) checkNames(cursor, title, map, offer)
  return matrix
}

/** A dimension that is plainly no list; what an expression gives is known only when it is evaluated. */
const checkList = (cursor: Cursor, title: string, { _tag, span }: Template): void => {
  if (_tag === "List" || _tag === "Computed") return
  cursor.complain(span, `${title} must be a list`, "write [1, 2, 3], ${{ range(10) }} or ${{ params.name }}")
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
