/** From `with:` to the parameters of a stage type, checked and in canonical form. */

import { Result, Schema, SchemaIssue } from "effect"
import { spanAt } from "../document/evaluate-template.ts"
import { isRecord } from "../document/is-record.ts"
import type { StageDocument } from "../document/PipelineDocument.ts"
import { suggestion } from "../document/suggestion.ts"
import type { Json } from "../stage/ArtifactKind.ts"
import type { Backend } from "../stage/Compute.ts"
import type { Resources, StageType } from "../stage/StageType.ts"
import { type Checked, complaint, refuse } from "./Checked.ts"
import { countsOf } from "./check-tokens.ts"
import type { JsonMap, TaskResources } from "./Plan.ts"

const STRICT = { errors: "all", onExcessProperty: "error" } as const

const issuesOf = SchemaIssue.makeFormatterStandardSchemaV1()

/** What a task computes with, and what it may use. */
export interface DecodedParams {
  /** Decoded and encoded again: defaults filled in, one spelling for equal values. */
  readonly params: JsonMap
  readonly resources: TaskResources
  /** Backends that it can train on; absent where it does not train. */
  readonly backends?: ReadonlyArray<Backend>
}

/** Names of the parameters that a stage type takes; `undefined` when its schema is no plain struct. */
export const parameterNames = (type: StageType): ReadonlyArray<string> | undefined =>
  "fields" in type.params && typeof type.params.fields === "object" && type.params.fields !== null
    ? Object.keys(type.params.fields)
    : undefined

/** Decodes the evaluated `with:` of one task; complaints point at the parameter as it is written. */
export const decodeParams = (stage: StageDocument, type: StageType, given: JsonMap): Checked<DecodedParams> => {
  const names = parameterNames(type)
  const known = names === undefined ? Result.succeed(given) : knownOnly(stage, type, given, names)
  if (Result.isFailure(known)) return Result.fail(known.failure)
  const { decode, encode } = codecOf(type)
  const decoded = decode(known.success)
  if (Result.isFailure(decoded)) return Result.fail(complaintsOf(stage, type, known.success, decoded.failure.issue))
  const params = encode(decoded.success) as JsonMap
  const usual = said(stage, type, "resources", () => type.resources?.(decoded.success))
  if (Result.isFailure(usual)) return Result.fail(usual.failure)
  const work = { params, resources: resourcesOf(stage, usual.success) }
  const { backends } = type
  if (backends === undefined) return Result.succeed(work)
  const usable = said(stage, type, "backends", () =>
    typeof backends === "function" ? backends(decoded.success) : backends
  )
  return Result.map(usable, (found) => ({ ...work, backends: found }))
}

/** What a stage type says of decoded parameters; or that it fails, as code of a user may. */
const said = <A>(stage: StageDocument, { name }: StageType, what: string, say: () => A): Checked<A> => {
  const value = Result.try(say)
  if (Result.isSuccess(value)) return Result.succeed(value.success)
  return refuse(stage.uses.span, `stage "${stage.id}": ${what} of ${name} fails: ${reasonOf(value.failure)}`)
}

const reasonOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))

/** Making them takes longer than a task's parameters do. */
const codecs = new WeakMap<StageType, ReturnType<typeof makeCodec>>()

const makeCodec = ({ params }: StageType) => ({
  decode: Schema.decodeUnknownResult(params, STRICT),
  encode: Schema.encodeUnknownSync(params)
})

const codecOf = (type: StageType): ReturnType<typeof makeCodec> => {
  const codec = codecs.get(type) ?? makeCodec(type)
  codecs.set(type, codec)
  return codec
}

const knownOnly = (
  stage: StageDocument,
  type: StageType,
  given: JsonMap,
  names: ReadonlyArray<string>
): Checked<JsonMap> => {
  const unknown = Object.keys(given).filter((name) => !names.includes(name))
  if (unknown.length === 0) return Result.succeed(given)
  const known = Object.fromEntries(Object.entries(given).filter(([name]) => names.includes(name)))
  // The others are decoded all the same: a file is mended in one go when every complaint is there.
  const others = decodeParams(stage, type, known)
  return Result.fail([
    ...unknown.map((name) => unknownParameter(stage, type, name, names)),
    ...(Result.isFailure(others) ? others.failure : [])
  ])
}

/** What can be said of `with:` before the tasks of a stage are known: the names in it. */
export const checkParameterNames = (stage: StageDocument, type: StageType): Checked<unknown> => {
  const names = parameterNames(type)
  const unknown = (stage.with?.entries ?? []).filter(({ key }) => names !== undefined && !names.includes(key))
  if (names === undefined || unknown.length === 0) return Result.succeed(undefined)
  return Result.fail(unknown.map(({ key }) => unknownParameter(stage, type, key, names)))
}

const unknownParameter = (stage: StageDocument, type: StageType, name: string, names: ReadonlyArray<string>) =>
  complaint(
    keySpan(stage, name),
    `stage "${stage.id}" (${type.name}): unknown parameter "${name}"`,
    suggestion(name, "takes", names)
  )

const keySpan = (stage: StageDocument, name: string) =>
  stage.with?.entries.find(({ key }) => key === name)?.keySpan ?? stage.idSpan

const complaintsOf = (stage: StageDocument, type: StageType, given: JsonMap, issue: SchemaIssue.Issue) =>
  issuesOf(issue).issues.map(({ path, message }) => {
    const keys = (path ?? []).map((key) => (typeof key === "object" ? key.key : key))
    const span = stage.with === undefined ? stage.idSpan : spanAt(stage.with, keys)
    const words = message.charAt(0).toLowerCase() + message.slice(1)
    return complaint(
      span,
      `stage "${stage.id}" (${type.name}): ${keys.map(String).join(".")}: ${words}${found(given, keys)}`
    )
  })

/** `, found "many"`; nothing for a parameter that is missing. */
const found = (given: Json, path: ReadonlyArray<PropertyKey>): string => {
  let value: Json | undefined = given
  for (const step of path) {
    if (typeof value !== "object" || value === null) return ""
    value = Reflect.get(value, step)
  }
  return value === undefined ? "" : `, found ${JSON.stringify(value).slice(0, 60)}`
}

/** What the file asks for wins over what the stage type says. */
export const resourcesOf = (stage: StageDocument, usual: Partial<Resources> = {}): TaskResources => {
  const { cpu, memory, memoryFactor, gpu = usual.gpu ?? 0, tokens = [] } = stage.resources ?? {}
  return {
    cpu: cpu ?? usual.cpu ?? 1,
    memory: memory ?? usual.memory ?? 0,
    ...(memoryFactor === undefined ? {} : { memoryFactor }),
    ...(gpu === 0 ? {} : { gpu }),
    ...(tokens.length === 0 ? {} : { tokens: countsOf(tokens) })
  }
}

/** An object from an evaluated `with:`. */
export const asMap = (stage: StageDocument, value: Json): Checked<JsonMap> =>
  isRecord(value)
    ? Result.succeed(value)
    : refuse(stage.with?.span ?? stage.idSpan, `stage "${stage.id}": with: must be a map of parameters`)
