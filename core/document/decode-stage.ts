/** An entry under `stages:`. */
import { Result } from "effect"
import { isSeq } from "yaml"
import type { Cursor, Field } from "./Cursor.ts"
import type { MatrixDocument, Reference, StageDocument, StageInput } from "./PipelineDocument.ts"
import { parseDuration, parseSize } from "./quantities.ts"
import { readMap, readTemplate } from "./read-template.ts"
import { NAME, parseReference } from "./reference.ts"
import type { Span, Spanned } from "./Span.ts"
import type { TemplateMap } from "./Template.ts"

/** Part of the language, but not of this version: a clear word is better than "unknown key". */
const LATER = ["when", "run", "outputs", "env", "secrets", "include"] as const

const KEYS = ["uses", "with", "matrix", "inputs", "retries", "timeout", "resources", ...LATER] as const

/** Decodes one stage; `undefined` after complaints that leave nothing to go on with. */
export const decodeStage = (cursor: Cursor, { key: id, keySpan, value }: Field): StageDocument | undefined => {
  const title = `stage "${id}"`
  if (!NAME.test(id) || id === "sources") {
    cursor.complain(
      keySpan,
      id === "sources"
        ? 'a stage cannot be named "sources"'
        : `${title}: a name is letters, digits, - and _, a letter first`
    )
  }
  const record = cursor.record(value, title, KEYS, keySpan)
  for (const name of LATER) {
    const field = record[name]
    if (field !== undefined) cursor.complain(field.keySpan, `${title}: "${name}" is not supported by this version`)
  }
  const uses = cursor.text(record.uses, `${title}: uses`)
  if (record.uses === undefined) {
    cursor.complain(keySpan, `${title}: "uses" is missing`, "add   uses: family/name   (`pipeline stages` lists them)")
  }
  const stage = {
    id,
    idSpan: keySpan,
    with: record.with === undefined ? undefined : readMap(cursor, record.with.value, record.with.keySpan),
    matrix: record.matrix === undefined ? undefined : decodeMatrix(cursor, title, record.matrix),
    inputs: record.inputs === undefined ? [] : decodeInputs(cursor, title, record.inputs),
    retries: cursor.number(record.retries, `${title}: retries`, { least: 0, whole: true }),
    timeout: decodeTimeout(cursor, title, record.timeout),
    resources: decodeResources(cursor, title, record.resources)
  }
  return uses === undefined ? undefined : { ...stage, uses }
}

const decodeMatrix = (cursor: Cursor, title: string, field: Field): MatrixDocument => {
  const span = cursor.span(field.value, field.keySpan)
  const fields = cursor.fields(field.value, `${title}: matrix`, field.keySpan)
  const dimensions = fields.filter(({ key }) => key !== "include" && key !== "exclude")
  if (fields.length > 0 && dimensions.length === 0)
    cursor.complain(field.keySpan, `${title}: the matrix has no dimension`)
  for (const { key, keySpan } of dimensions) {
    if (!NAME.test(key)) cursor.complain(keySpan, `${title}: matrix: "${key}" is no name: letters, digits, - and _`)
  }
  return {
    span,
    dimensions: dimensions.map(({ key, keySpan, value }) => ({
      key,
      keySpan,
      value: readTemplate(cursor, value, keySpan)
    })),
    include: combinations(cursor, title, fields, "include"),
    exclude: combinations(cursor, title, fields, "exclude")
  }
}

const combinations = (
  cursor: Cursor,
  title: string,
  fields: ReadonlyArray<Field>,
  key: "include" | "exclude"
): ReadonlyArray<TemplateMap> => {
  const field = fields.find((candidate) => candidate.key === key)
  if (field === undefined) return []
  return cursor
    .items(field.value, `${title}: matrix: ${key}`, field.keySpan)
    .map((item) => readMap(cursor, item, field.keySpan))
}

const decodeInputs = (cursor: Cursor, title: string, field: Field): ReadonlyArray<StageInput> =>
  cursor.fields(field.value, `${title}: inputs`, field.keySpan).map(({ key, keySpan, value }) => {
    const resolved = cursor.resolve(value)
    const isList = isSeq(resolved)
    const nodes = isList ? resolved.items : [value]
    if (isList && nodes.length === 0) cursor.complain(keySpan, `${title}: input "${key}" is an empty list`)
    return {
      port: key,
      portSpan: keySpan,
      references: nodes.flatMap((node) => decodeReference(cursor, title, key, node, keySpan) ?? []),
      isList
    }
  })

const decodeReference = (
  cursor: Cursor,
  title: string,
  port: string,
  node: unknown,
  otherwise: Span
): Reference | undefined => {
  const text = cursor.scalar(node)
  const span = cursor.span(node, otherwise)
  if (typeof text !== "string") {
    cursor.complain(span, `${title}: input "${port}" must name an artifact`, "write stage.port")
    return undefined
  }
  const reference = parseReference(text, span)
  if (Result.isSuccess(reference)) return reference.success
  cursor.complain(span, `${title}: input "${port}": ${reference.failure.message}`, reference.failure.hint)
  return undefined
}

const decodeTimeout = (cursor: Cursor, title: string, field: Field | undefined): Spanned<number> | undefined => {
  const text = cursor.text(field, `${title}: timeout`)
  if (text === undefined) return undefined
  const value = parseDuration(text.value)
  if (value === undefined)
    cursor.complain(text.span, `${title}: "${text.value}" is no duration`, "write 90s, 10m or 2h")
  return value === undefined ? undefined : { value, span: text.span }
}

const decodeResources = (cursor: Cursor, title: string, field: Field | undefined): StageDocument["resources"] => {
  if (field === undefined) return undefined
  const record = cursor.record(field.value, `${title}: resources`, ["cpu", "memory"], field.keySpan)
  const cpu = cursor.number(record.cpu, `${title}: cpu`, { least: 0.001 })
  const memory = cursor.text(record.memory, `${title}: memory`)
  const bytes = memory === undefined ? undefined : parseSize(memory.value)
  if (memory !== undefined && bytes === undefined) {
    cursor.complain(memory.span, `${title}: "${memory.value}" is no size`, "write 512MiB or 2GiB")
  }
  return {
    ...(cpu === undefined ? {} : { cpu: cpu.value }),
    ...(bytes === undefined ? {} : { memory: bytes }),
    span: field.keySpan
  }
}
