/** An entry under `stages:`. */
import { posix } from "node:path"
import { isSeq } from "yaml"
import { backendFault, isBackendName } from "./backend-fault.ts"
import type { Cursor, Field } from "./Cursor.ts"
import { checkNames, type Offer } from "./check-names.ts"
import { type KnownNames, readReference } from "./check-reference.ts"
import { COMMAND_KEYS, type CommandFields, decodeCommand } from "./decode-command.ts"
import { decodeMatrix } from "./decode-matrix.ts"
import { decodeResources } from "./decode-resources.ts"
import { decodeDuration, decodeRetries } from "./decode-retries.ts"
import type { Fragment } from "./Fragment.ts"
import { dimensionsOf, type ParamView, type StageDocument, type StageInput } from "./PipelineDocument.ts"
import { readMap, readTemplate } from "./read-template.ts"
import { NAME, NAME_RULE } from "./reference.ts"
import { pathFault } from "./relative-path.ts"
import type { Spanned } from "./Span.ts"
import type { Template, TemplateMap } from "./Template.ts"

const KEYS = ["uses", "with", "matrix", "when", "inputs", "retries", "timeout", "resources", "backend"] as const

const USES = /^(?:command$|[a-z][a-z0-9-]*\/[a-z][a-z0-9-]*|\.\.?\/.+)$/u

/** Decodes one stage; `undefined` after complaints that leave nothing to go on with. */
export const decodeStage = (
  { cursor, namespace: { prefix }, folder }: Fragment,
  { key, keySpan, value }: Field,
  known: KnownNames,
  offer: Offer,
  view: ParamView
): StageDocument | undefined => {
  const id = `${prefix}${key}`
  const title = `stage "${id}"`
  if (key === "sources") cursor.complain(keySpan, `${title}: the name stands for sources: in references`)
  else if (!NAME.test(key) || !NAME.test(id)) cursor.complain(keySpan, `${title}: ${NAME_RULE}`)
  const record = cursor.record(value, title, [...KEYS, ...COMMAND_KEYS], keySpan)
  if (record.uses === undefined && ["a map", "nothing"].includes(cursor.describe(value))) {
    cursor.complain(keySpan, `${title}: "uses" is missing`, "add   uses: family/name   (`pipeline stages` lists them)")
  }
  const uses = decodeUses(cursor, title, record.uses)
  const matrix = record.matrix && decodeMatrix(cursor, title, record.matrix, offer, known)
  const inTask: Offer = { ...offer, ...(matrix && { matrix: new Set(dimensionsOf(matrix)) }) }
  const inputs = record.inputs === undefined ? [] : decodeInputs(cursor, title, record.inputs, known, inTask)
  const isCommand = uses?.value === "command"
  if (uses !== undefined) checkKeys(cursor, title, record, uses)
  const inCommand: Offer = { ...inTask, inputs: new Set(inputs.map(({ port }) => port)) }
  const stage = {
    id,
    idSpan: keySpan,
    view,
    with: record.with && !isCommand ? decodeWith(cursor, title, record.with, inTask) : undefined,
    command: isCommand ? decodeCommand(cursor, title, record, { span: keySpan, folder }, inCommand) : undefined,
    matrix,
    when: record.when && decodeWhen(cursor, title, record.when, inTask),
    inputs,
    retries: decodeRetries(cursor, title, record.retries),
    timeout: decodeDuration(cursor, `${title}: timeout`, record.timeout),
    backend: record.backend && decodeBackend(cursor, title, record.backend, inTask),
    resources: decodeResources(cursor, title, record.resources)
  }
  return uses === undefined ? undefined : { ...stage, uses: fromPipeline(folder, uses) }
}

/** A path from the folder of an included file as one from that of the pipeline file. */
const fromPipeline = (folder: string, { value, span }: Spanned<string>): Spanned<string> => {
  if (folder === "" || !value.startsWith(".")) return { value, span }
  const path = posix.join(folder, value)
  return { value: path.startsWith(".") ? path : `./${path}`, span }
}

const decodeUses = (cursor: Cursor, title: string, field: Field | undefined): Spanned<string> | undefined => {
  const uses = cursor.text(field, `${title}: uses`)
  if (uses === undefined) return undefined
  if (USES.test(uses.value)) {
    const fault = pathFault(uses.value)
    if (fault === undefined) return uses
    cursor.complain(uses.span, `${title}: "${uses.value}" cannot be used: ${fault}`)
    return undefined
  }
  cursor.complain(
    uses.span,
    `${title}: "${uses.value}" names no stage type`,
    "write family/name, ./path/to/stage.ts or command   (`pipeline stages` lists them)"
  )
  return undefined
}

/** Complains of keys that belong to the other sort of stage. */
const checkKeys = (
  cursor: Cursor,
  title: string,
  record: CommandFields & { readonly with?: Field; readonly backend?: Field },
  uses: Spanned<string>
): void => {
  if (uses.value === "command") {
    if (record.backend !== undefined)
      cursor.complain(record.backend.keySpan, `${title}: a command takes no "backend"`, "only stage types train on one")
    if (record.with === undefined) return
    const hint = 'hand values over as arguments: run: [program, --n, "${{ params.n }}"]'
    cursor.complain(record.with.keySpan, `${title}: a command takes no "with"`, hint)
    return
  }
  for (const key of COMMAND_KEYS) {
    const field = record[key]
    if (field === undefined) continue
    cursor.complain(
      field.keySpan,
      `${title}: "${key}" belongs to a command, not to ${uses.value}`,
      "write uses: command"
    )
  }
}

const decodeWith = (cursor: Cursor, title: string, field: Field, offer: Offer): TemplateMap => {
  const params = readMap(cursor, field.value, `${title}: with`, field.keySpan)
  checkNames(cursor, title, params, offer)
  return params
}

/** The condition of a stage; what an expression gives is known only when it is evaluated. */
const decodeWhen = (cursor: Cursor, title: string, field: Field, offer: Offer): Template => {
  const condition = readTemplate(cursor, field.value, field.keySpan)
  checkNames(cursor, `${title}: when`, condition, offer)
  if (condition._tag !== "Computed" && !(condition._tag === "Literal" && typeof condition.value === "boolean")) {
    cursor.complain(condition.span, `${title}: when must be a condition`, "write ${{ params.n > 1 }}, true or false")
  }
  return condition
}

/** The name of a backend; what an expression gives is known only when it is evaluated. */
const decodeBackend = (cursor: Cursor, title: string, field: Field, offer: Offer): Template => {
  const backend = readTemplate(cursor, field.value, field.keySpan)
  checkNames(cursor, `${title}: backend`, backend, offer)
  if (backend._tag === "Literal" && !isBackendName(backend.value)) {
    const { message, hint } = backendFault(backend.value)
    cursor.complain(backend.span, `${title}: ${message}`, hint)
  }
  return backend
}

const decodeInputs = (
  cursor: Cursor,
  title: string,
  field: Field,
  known: KnownNames,
  offer: Offer
): ReadonlyArray<StageInput> =>
  cursor.fields(field.value, `${title}: inputs`, field.keySpan).map(({ key, keySpan, value }) => {
    const resolved = cursor.resolve(value)
    const isList = isSeq(resolved)
    const nodes = isList ? resolved.items : [value]
    const input = `${title}: input "${key}"`
    // Of a command the name becomes that of a file.
    const fault = NAME.test(key) ? pathFault(key) : NAME_RULE
    if (fault !== undefined) cursor.complain(keySpan, `${input}: ${fault}`)
    if (isList && nodes.length === 0) cursor.complain(keySpan, `${input} is an empty list`)
    const references = nodes.flatMap((node) => readReference(cursor, node, keySpan, known, input, offer) ?? [])
    return { port: key, portSpan: keySpan, references, isList }
  })
