/** `pipeline stages`: the catalogue of stage types. */

import { resolve } from "node:path"
import { Effect, Option, Schema } from "effect"
import { importStage } from "../code/import-stage.ts"
import type { BundleSource } from "../code/module-hook.ts"
import { StageCode } from "../code/StageCode.ts"
import { isRecord } from "../document/is-record.ts"
import { nearest } from "../document/nearest.ts"
import { printable } from "../document/terminal-cells.ts"
import { shortCode } from "../plan/compatible.ts"
import { parameterDefault } from "../plan/parameter-default.ts"
import { ofDeclaration } from "../stage/Port.ts"
import { Registry } from "../stage/Registry.ts"
import type { StageType } from "../stage/StageType.ts"
import type { Digest } from "../store/Digest.ts"
import { EXIT } from "./exit-status.ts"
import { print, printJson, table } from "./output.ts"
import { codeLayer } from "./services.ts"
import { UsageError } from "./UsageError.ts"

/** Prints all stage types, or one with its parameters and ports. */
export const stages = (choices: { readonly name: Option.Option<string>; readonly json: boolean }) =>
  Effect.gen(function* () {
    const types = yield* loadTypes(Option.getOrUndefined(choices.name))
    if (choices.json) printJson(types.map(describeType))
    else if (Option.isNone(choices.name)) {
      print(table([...types.map(({ type }) => type), COMMAND].map(({ name, summary }) => [name, printable(summary)])))
    } else print(types.map(renderType).join("\n"))
    return EXIT.success
  }).pipe(Effect.provide(codeLayer))

/** What stands beside the stage types in a pipeline file. */
const COMMAND = {
  name: "command",
  summary: "A program in any language, with the inputs and outputs that the pipeline file gives it",
  described:
    "command is no stage type: what it runs, takes and gives stands in the pipeline file (docs/pipeline-file.md)"
}

/** The named stage type, or all that are built in, by name. */
export const loadTypes = Effect.fnUntraced(function* (name?: string) {
  const { files } = yield* Registry
  const names = name === undefined ? [...files.keys()].sort() : [name]
  return yield* Effect.forEach(names, loadType)
})

/** A stage type, and the identity of its code. */
export interface LoadedType {
  readonly type: StageType
  readonly code: Digest
  /** Its source. */
  readonly file: string
  readonly source: BundleSource
}

/** The stage type of a name, or of a file that starts with `.` or `/`; fails with the nearest name when there is none. */
export const loadType = Effect.fnUntraced(function* (name: string) {
  const { files } = yield* Registry
  const stageCode = yield* StageCode
  const file = /^[./]/u.test(name) ? resolve(name) : files.get(name)
  if (name === COMMAND.name) return yield* new UsageError({ reason: COMMAND.described })
  if (file === undefined) {
    const close = nearest(name, files.keys())
    const hint = close === undefined ? "" : `; did you mean "${close}"?`
    return yield* new UsageError({ reason: `there is no stage type "${name}"${hint}` })
  }
  const code = yield* stageCode.load(file)
  return { type: yield* importStage(code), code: code.identity, file, source: code } satisfies LoadedType
})

interface Parameter {
  readonly name: string
  readonly type: string
  readonly required: boolean
  /** What is taken when it is left out, where that is always the same. */
  readonly default: unknown
  readonly description: string
}

const ports = (type: StageType) =>
  Object.entries(type.inputs).map(([name, declaration]) => ({ name, ...ofDeclaration(declaration) }))

const describeType = ({ type, code }: LoadedType) => ({
  name: type.name,
  summary: type.summary,
  source: type.source,
  code,
  params: parametersOf(type),
  inputs: ports(type),
  outputs: type.outputs,
  determinism: type.determinism,
  backends: typeof type.backends === "function" ? "by its parameters" : type.backends,
  extends: type.extends,
  compatibleWith: type.compatibleWith
})

/** Parameters as the JSON Schema of the stage type tells them. */
export const parametersOf = (type: StageType): ReadonlyArray<Parameter> => {
  const { schema, definitions } = Schema.toJsonSchemaDocument(type.params)
  const properties = isRecord(schema["properties"]) ? schema["properties"] : {}
  const required: ReadonlyArray<unknown> = Array.isArray(schema["required"]) ? schema["required"] : []
  return Object.entries(properties).map(([name, property]) => {
    const described = isRecord(property) ? property : {}
    return {
      name,
      type: typeText(described, definitions),
      required: required.includes(name),
      default: parameterDefault(type, name),
      description: findText(described, "description")
    }
  })
}

const typeText = (
  schema: { readonly [key: string]: unknown },
  definitions: { readonly [name: string]: unknown }
): string => {
  if (Array.isArray(schema["enum"])) return schema["enum"].map((value) => JSON.stringify(value)).join(" | ")
  if (Array.isArray(schema["anyOf"])) {
    return schema["anyOf"].map((part) => (isRecord(part) ? typeText(part, definitions) : "")).join(" | ")
  }
  if (schema["type"] === "array") {
    return isRecord(schema["items"]) ? `list of ${typeText(schema["items"], definitions)}` : "list"
  }
  const bounds = [
    ["minimum", "≥"],
    ["exclusiveMinimum", ">"],
    ["maximum", "≤"],
    ["exclusiveMaximum", "<"]
  ] as const
  const all = [schema, ...(Array.isArray(schema["allOf"]) ? schema["allOf"].filter(isRecord) : [])]
  const limits = bounds.flatMap(([key, sign]) =>
    all.flatMap((part) => (isBound(part[key]) ? `${sign} ${part[key]}` : []))
  )
  return [String(schema["type"] ?? "any"), ...limits].join(" ")
}

/** Every integer is bounded by what a number holds exactly; that says nothing about the parameter. */
const isBound = (value: unknown): value is number =>
  typeof value === "number" && Math.abs(value) < Number.MAX_SAFE_INTEGER

const findText = (schema: { readonly [key: string]: unknown }, key: string): string => {
  const own = schema[key]
  if (typeof own === "string") return own
  for (const part of Array.isArray(schema["allOf"]) ? schema["allOf"].filter(isRecord) : []) {
    const found = findText(part, key)
    if (found !== "") return found
  }
  return ""
}

const necessity = ({ required, default: value }: Parameter): string => {
  if (required) return "required"
  return value === undefined ? "optional" : `default ${JSON.stringify(value)}`
}

const renderType = ({ type, code }: LoadedType): string => {
  const params = parametersOf(type).map((parameter) => [
    "  ",
    parameter.name,
    parameter.type,
    necessity(parameter),
    parameter.description
  ])
  const inputs = ports(type).map(({ name, kind, arity }) => ["  ", name, kind, arity === "one" ? "" : arity])
  const outputs = Object.entries(type.outputs).map(([name, kind]) => ["  ", name, kind])
  const section = (title: string, rows: ReadonlyArray<ReadonlyArray<string>>): ReadonlyArray<string> =>
    rows.length === 0 ? [] : ["", title, table(rows)]
  return [
    `${type.name}  ${printable(type.summary)}`,
    ...(type.source === undefined ? [] : [`source: ${type.source}`]),
    `code: ${shortCode(code)}`,
    `determinism: ${typeof type.determinism === "string" ? type.determinism : `within ${type.determinism.tolerance}`}`,
    ...(type.backends === undefined
      ? []
      : [`trains on: ${typeof type.backends === "function" ? "by its parameters" : type.backends.join(", ")}`]),
    ...(type.extends === undefined
      ? []
      : [`extends along: ${[type.extends.param, ...(type.extends.along ?? [])].join(", ")}`]),
    ...section("params", params),
    ...section("inputs", inputs),
    ...section("outputs", outputs)
  ].join("\n")
}
