/** From `with:` to the parameters of a stage type, checked and in canonical form. */

import { Cause, Result, Schema, SchemaIssue } from "effect"
import { isTimeout } from "../code/time-limit.ts"
import { keySpanAt, spanAt } from "../document/evaluate-template.ts"
import { isRecord } from "../document/is-record.ts"
import { messageOf } from "../document/message-of.ts"
import type { StageDocument } from "../document/PipelineDocument.ts"
import { suggestion } from "../document/suggestion.ts"
import type { Json } from "../stage/ArtifactKind.ts"
import type { Backend } from "../stage/Compute.ts"
import type { Resources, StageType } from "../stage/StageType.ts"
import { both, type Checked, complaint, refuse } from "./Checked.ts"
import { countsOf } from "./check-tokens.ts"
import { namesBelow } from "./nested-names.ts"
import type { JsonMap, TaskResources } from "./Plan.ts"
import { CALL_LIMIT, type Caller } from "./stage-calls.ts"

const STRICT = { errors: "all", onExcessProperty: "error" } as const

const issuesOf = SchemaIssue.makeFormatterStandardSchemaV1()

const NOTHING = Result.succeed(undefined)

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

/**
 * Decodes the evaluated `with:` of one task; complaints point at the parameter as it is written. `caller` calls what the stage
 * type has to say: its own code, which may throw, or not return.
 */
export const decodeParams = (
  stage: StageDocument,
  type: StageType,
  given: JsonMap,
  caller: Caller
): Checked<DecodedParams> => {
  const names = parameterNames(type)
  const known = names === undefined ? Result.succeed(given) : knownOnly(stage, type, given, names, caller)
  if (Result.isFailure(known)) return Result.fail(known.failure)
  const { decode, encode } = codecOf(type)
  const said = <A>(what: string, say: () => A, span = () => stage.uses.span): Checked<A> => {
    try {
      return Result.succeed(caller(say))
    } catch (cause) {
      return refuse(span(), `stage "${stage.id}": ${what} of ${type.name} ${troubleWith(cause)}`)
    }
  }
  const checked = said(
    "a check of the parameters",
    () => decode(known.success),
    () => spanOf(stage, troublesomeParameter(type, known.success, caller))
  )
  if (Result.isFailure(checked)) return Result.fail(checked.failure)
  const decoded = checked.success
  if (Result.isFailure(decoded)) return Result.fail(complaintsOf(stage, type, known.success, decoded.failure.issue))
  const params = said("the encoding of the parameters", () => encode(decoded.success) as JsonMap)
  if (Result.isFailure(params)) return Result.fail(params.failure)
  const { backends, resources } = type
  // Most stage types say nothing of these: they are not asked for each of ten thousand tasks.
  const usual = resources === undefined ? NOTHING : said("resources", () => resources(decoded.success))
  const usable =
    typeof backends === "function" ? said("backends", () => backends(decoded.success)) : Result.succeed(backends)
  return Result.map(both(usual, usable), ([own, trainable]) => ({
    params: params.success,
    resources: resourcesOf(stage, own),
    ...(trainable === undefined ? {} : { backends: trainable })
  }))
}

const troubleWith = (cause: unknown): string =>
  isTimeout(cause) ? `takes longer than ${CALL_LIMIT / 1000} seconds` : `fails: ${reasonOf(cause)}`

/** What a check threw lies in what the library says of it. */
const reasonOf = (cause: unknown): string =>
  messageOf(cause instanceof Error && Cause.isCause(cause.cause) ? Cause.squash(cause.cause) : cause)

/** The first parameter whose own check throws or does not end; `undefined` where a check of all of them does. */
const troublesomeParameter = (type: StageType, given: JsonMap, caller: Caller): string | undefined => {
  const fields = "fields" in type.params && isRecord(type.params.fields) ? type.params.fields : {}
  return Object.keys(fields).find((name) => {
    const field = fields[name]
    if (!Schema.isSchema(field)) return false
    const one = Schema.Struct({ [name]: field as Schema.Codec<unknown> })
    const value = Object.hasOwn(given, name) ? { [name]: given[name] } : {}
    return Result.isFailure(Result.try(() => caller(() => Schema.decodeUnknownResult(one)(value))))
  })
}

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
  names: ReadonlyArray<string>,
  caller: Caller
): Checked<JsonMap> => {
  const unknown = Object.keys(given).filter((name) => !names.includes(name))
  if (unknown.length === 0) return Result.succeed(given)
  const known = Object.fromEntries(Object.entries(given).filter(([name]) => names.includes(name)))
  // The others are decoded all the same: a file is mended in one go when every complaint is there.
  const others = decodeParams(stage, type, known, caller)
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
    `${titleOf(stage, type)}: unknown parameter "${name}"`,
    suggestion(name, "takes", names)
  )

/** A stage with its type; where it has no name of its own, that alone. */
const titleOf = ({ id }: StageDocument, { name }: StageType): string => (id === name ? name : `stage "${id}" (${name})`)

const keySpan = (stage: StageDocument, name: string) =>
  stage.with?.entries.find(({ key }) => key === name)?.keySpan ?? stage.idSpan

const complaintsOf = (stage: StageDocument, type: StageType, given: JsonMap, issue: SchemaIssue.Issue) =>
  issuesOf(issue).issues.map(({ path, message }) => {
    const keys = (path ?? []).map((key) => (typeof key === "object" ? key.key : key))
    const name = keys.map(String).join(".")
    const names = keys.length > 1 ? namesBelow(type, keys.slice(0, -1)) : undefined
    const last = String(keys.at(-1))
    if (names !== undefined && !names.includes(last)) {
      const whole = `${titleOf(stage, type)}: unknown parameter "${name}"`
      return complaint(stage.with ? keySpanAt(stage.with, keys) : stage.idSpan, whole, suggestion(last, "takes", names))
    }
    const words = message.charAt(0).toLowerCase() + message.slice(1)
    return complaint(spanOf(stage, ...keys), `${titleOf(stage, type)}: ${name}: ${words}${found(given, keys)}`)
  })

/** The place of a parameter, or of a part of one; of all of them where none is named. */
const spanOf = (stage: StageDocument, ...path: ReadonlyArray<PropertyKey | undefined>) =>
  stage.with === undefined
    ? stage.idSpan
    : spanAt(
        stage.with,
        path.filter((key) => key !== undefined)
      )

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
