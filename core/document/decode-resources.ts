/** The resources of a stage, and the limits that its tokens are counted against. */
import { isMap } from "yaml"
import type { Cursor, Field } from "./Cursor.ts"
import type { Fragment } from "./Fragment.ts"
import type { ResourcesDocument, TokenDocument } from "./PipelineDocument.ts"
import { parseSize } from "./quantities.ts"
import { NAME, NAME_RULE } from "./reference.ts"

/** Decodes `resources:`. */
export const decodeResources = (
  cursor: Cursor,
  stage: string,
  field: Field | undefined
): ResourcesDocument | undefined => {
  if (field === undefined) return undefined
  const title = `${stage}: resources`
  const record = cursor.record(field.value, title, ["cpu", "memory", "gpu", "tokens"], field.keySpan)
  const cpu = cursor.number(record.cpu, `${stage}: cpu`, { least: 0.001 })
  const gpu = cursor.number(record.gpu, `${stage}: gpu`, { least: 0, whole: true })
  return {
    ...(cpu === undefined ? {} : { cpu: cpu.value }),
    ...decodeMemory(cursor, `${stage}: memory`, record.memory),
    ...(gpu === undefined ? {} : { gpu: gpu.value }),
    tokens: decodeCounts(cursor, `${stage}: tokens`, record.tokens),
    span: field.keySpan
  }
}

/** A size, or the size of the first attempt with a factor for each further one. */
const decodeMemory = (
  cursor: Cursor,
  title: string,
  field: Field | undefined
): Pick<ResourcesDocument, "memory" | "memoryFactor"> => {
  if (field === undefined || !isMap(cursor.resolve(field.value))) {
    const memory = decodeSize(cursor, title, field)
    return memory === undefined ? {} : { memory }
  }
  const record = cursor.record(field.value, title, ["first", "factor"], field.keySpan)
  for (const key of ["first", "factor"] as const) {
    if (record[key] === undefined) {
      cursor.complain(field.keySpan, `${title}: "${key}" is missing`, "write   { first: 2GiB, factor: 2 }")
    }
  }
  const memory = decodeSize(cursor, `${title}: first`, record.first)
  const factor = cursor.number(record.factor, `${title}: factor`, { least: 1 })
  return memory === undefined || factor === undefined ? {} : { memory, memoryFactor: factor.value }
}

const decodeSize = (cursor: Cursor, title: string, field: Field | undefined): number | undefined => {
  const text = cursor.text(field, title)
  const bytes = text && parseSize(text.value)
  if (text !== undefined && bytes === undefined) {
    cursor.complain(text.span, `${title}: "${text.value}" is no size`, "write 512MiB or 2GiB")
  }
  return bytes
}

/** Decodes `limits:` of all files: what tasks may hold together, by name. */
export const decodeLimits = (fragments: ReadonlyArray<Fragment>): ReadonlyArray<TokenDocument> => {
  const limits = new Map<string, TokenDocument>()
  // An including file comes after what it merges, and its number wins.
  for (const { cursor, top } of fragments) {
    for (const limit of decodeCounts(cursor, "limits", top.limits)) {
      if (!NAME.test(limit.name)) cursor.complain(limit.nameSpan, `limits: "${limit.name}": ${NAME_RULE}`)
      limits.set(limit.name, limit)
    }
  }
  return [...limits.values()]
}

/** How many of each, at least one. */
const decodeCounts = (cursor: Cursor, title: string, field: Field | undefined): ReadonlyArray<TokenDocument> => {
  if (field === undefined) return []
  return cursor.fields(field.value, title, field.keySpan).flatMap((entry) => {
    const count = cursor.number(entry, `${title}: ${entry.key}`, { least: 1, whole: true })
    return count === undefined ? [] : [{ name: entry.key, nameSpan: entry.keySpan, count: count.value }]
  })
}
