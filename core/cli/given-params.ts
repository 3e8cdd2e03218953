/** The parameters that `call` is given: those of `--with`, and over them `-S`, which may reach into one as that of `run` does. */
import { Effect, Option, Result } from "effect"
import { type Diagnostic, PipelineInvalid } from "../document/Diagnostic.ts"
import { evaluateTemplate } from "../document/evaluate-template.ts"
import { isRecord } from "../document/is-record.ts"
import { messageOf } from "../document/message-of.ts"
import { replacePart, type Step } from "../document/replace-part.ts"
import type { Template, TemplateEntry, TemplateMap } from "../document/Template.ts"
import { readTyped, typedText } from "../document/typed-value.ts"
import type { JsonMap } from "../plan/Plan.ts"
import { parameterDefault } from "../plan/parameter-default.ts"
import type { Json } from "../stage/ArtifactKind.ts"
import type { StageType } from "../stage/StageType.ts"
import { readText } from "./load-pipeline.ts"
import { UsageError } from "./UsageError.ts"

/** What was typed. */
export interface TypedParams {
  /** JSON, or `@file`. */
  readonly with: Option.Option<string>
  /** YAML by parameter, or by the path of a part of one. */
  readonly set: { readonly [key: string]: string }
}

export interface GivenParams {
  readonly value: JsonMap
  /** What `-S` gave, at its places; the rest has none but that of the whole. */
  readonly template: TemplateMap
  /** What complaints may point into. */
  readonly texts: ReadonlyMap<string, string>
}

/** A part that `-S` names stands in what `--with` gives of its parameter, or else in the default of the stage type. */
export const givenParams = Effect.fnUntraced(function* (type: Pick<StageType, "params">, typed: TypedParams) {
  const { file, whole } = yield* readWhole(typed.with)
  let value: JsonMap = whole
  const texts = new Map<string, string>()
  const entries: Array<TemplateEntry> = []
  for (const [key, text] of Object.entries(typed.set)) {
    const source = typedText(key, text)
    texts.set(source.file, source.text)
    const { path, value: template, cursor } = readTyped(key, text, source)
    const [first, ...rest] = path
    if (first === undefined || cursor.diagnostics.length > 0) return yield* invalid(cursor.diagnostics, texts)
    const base = Object.hasOwn(value, first.step) ? value[first.step] : parameterDefault(type, first.step)
    const whole = Result.flatMap(evaluateTemplate(template, {}), (part) => replacePart(base ?? {}, rest, part, true))
    if (Result.isFailure(whole)) return yield* invalid(whole.failure, texts)
    value = { ...value, [first.step]: whole.success }
    entries.unshift({ key: first.step, keySpan: first.span, value: within(rest, template) })
  }
  // Complaints about what nobody named have no better place than the whole.
  const isTyped = Option.isNone(typed.with) && entries.length > 0
  const span = { file: isTyped ? "-S" : file, line: 1, column: 1, length: 1 }
  return { value, template: { _tag: "Map", entries, span }, texts } satisfies GivenParams
})

const invalid = (diagnostics: ReadonlyArray<Diagnostic>, texts: ReadonlyMap<string, string>) =>
  new PipelineInvalid({ diagnostics, texts })

/** A value with the maps around it that its path names. */
const within = ([first, ...rest]: ReadonlyArray<Step>, value: Template): Template =>
  first === undefined
    ? value
    : { _tag: "Map", span: first.span, entries: [{ key: first.step, keySpan: first.span, value: within(rest, value) }] }

const readWhole = Effect.fnUntraced(function* (given: Option.Option<string>) {
  const argument = Option.getOrElse(given, () => "{}")
  const file = argument.startsWith("@") ? argument.slice(1) : "--with"
  const text = argument.startsWith("@") ? yield* readText(file) : argument
  const whole = yield* Effect.try({
    try: () => JSON.parse(text) as Json,
    catch: (cause) => new UsageError({ reason: `${file}: no JSON: ${messageOf(cause)}` })
  })
  if (!isRecord(whole)) return yield* new UsageError({ reason: `${file}: parameters are a map, as {"beta": 0.1}` })
  return { file, whole }
})
