/** Where a person wrote what became a parameter of a task. */
import { Result } from "effect"
import type { Json } from "../stage/ArtifactKind.ts"
import { mentions } from "./expression-parts.ts"
import { isEqual } from "./json-values.ts"
import { entry, type MatrixDimension, type PipelineDocument, type StageDocument } from "./PipelineDocument.ts"
import { paramTemplate } from "./param-template.ts"
import { namesIn, wholeName } from "./referred-names.ts"
import { resolveParams } from "./resolve-params.ts"
import type { Span } from "./Span.ts"
import type { Template } from "./Template.ts"

/** A place in the file; the command line, whose overrides no file tells; or a variable of the environment. */
export type ParamPlace = Span | "command line" | { readonly variable: string }

/** The parameters of a run, with the profile that they were chosen by. */
export interface ChosenParams {
  readonly profile: string
  readonly params: { readonly [name: string]: Json }
  /** The variables of the environment that the pipeline lists; absent where nothing tells any more what they were. */
  readonly env?: { readonly [name: string]: string | undefined }
}

/** What expressions can refer to: the parameters of the pipeline, and the values that a task has from its matrix. */
export interface ReferredValues {
  readonly params: { readonly [name: string]: Json }
  readonly matrix: { readonly [name: string]: Json }
}

/** Where a condition is written, and the parameters of the pipeline in it that are others than before, each with its place. */
export interface ConditionPlace {
  readonly at: ParamPlace
  readonly params: ReadonlyArray<{ readonly name: string; readonly at: ParamPlace }>
}

/** A task now, and the one that it is compared with; `undefined` where nothing tells what that one could refer to. */
export interface ComparedValues {
  readonly matrix: ReferredValues["matrix"]
  readonly before: ReferredValues | undefined
}

/** The places of what a file and the choices of a run make of the parameters of its stages. */
export class ParamPlaces {
  private readonly document: PipelineDocument
  private readonly chosen: ChosenParams
  private readonly stages: ReadonlyMap<string, StageDocument>
  private readonly defaults: ReadonlyMap<string, PipelineDocument["params"][number]>
  private written: { readonly [name: string]: Json } | undefined

  constructor(document: PipelineDocument, chosen: ChosenParams) {
    this.document = document
    this.chosen = chosen
    this.stages = new Map(document.stages.map((stage) => [stage.id, stage]))
    this.defaults = new Map(document.params.map((param) => [param.key, param]))
  }

  /**
   * The place of a stage's parameter, given by its path (`network.depth`): the value under `with:`; where that is made of
   * one other value alone, a parameter of the pipeline or a dimension of the matrix, and that value is another than
   * before, the place of that one.
   *
   * `undefined` where the file does not have it: the default of the stage type holds.
   */
  of(stage: string, path: string, { matrix, before }: ComparedValues): ParamPlace | undefined {
    const found = this.stages.get(stage)
    const template = found && paramTemplate(found, path)
    if (found === undefined || template === undefined) return undefined
    return follow(template, this.taskValue(found, { matrix, before }))
  }

  /** The place of what an input refers to, or of the only value that its references are made of, as `of` has it. */
  input(stage: string, port: string, compared: ComparedValues): ParamPlace | undefined {
    const found = this.stages.get(stage)
    const input = found?.inputs.find((candidate) => candidate.port === port)
    if (found === undefined || input === undefined) return found?.idSpan
    const written = input.references.flatMap((each) => (each._tag === "One" ? (each.written?.parts ?? []) : []))
    const span = input.references[0]?.span ?? input.portSpan
    return follow({ _tag: "Text", span, parts: written }, this.taskValue(found, compared))
  }

  /** The place of a value that the expressions of a task name, where it is another than before. */
  private taskValue(stage: StageDocument, { matrix, before }: ComparedValues) {
    return (root: string, name: string): ParamPlace | undefined => {
      if (root === "params") return this.pipelineParam(wholeName(stage.view, name), before?.params)
      const dimension = stage.matrix?.axes.flat().find(({ key }) => key === name)
      return root === "matrix" && dimension !== undefined && isOther(name, before?.matrix, matrix)
        ? this.dimension(stage, dimension, before?.params)
        : undefined
    }
  }

  /** The place that decides which tasks a stage has; `undefined` where it has no matrix. */
  matrix(stage: string, before: ReferredValues["params"] | undefined): ParamPlace | undefined {
    const found = this.stages.get(stage)
    if (found?.matrix === undefined) return undefined
    const dimensions = found.matrix.axes.flat()
    const [only, ...others] = dimensions
    if (only !== undefined && others.length === 0) return this.dimension(found, only, before)
    const edited = dimensions.filter(
      (each) => each.from === undefined && this.othersIn(found, [each.value], before).length > 0
    )
    const [first, ...more] = edited
    return first === undefined || more.length > 0 ? found.matrix.span : this.dimension(found, first, before)
  }

  /** The condition of a stage, with what is other in it than before; where it has none, the stage. */
  condition(stage: string, before: ReferredValues["params"] | undefined): ConditionPlace | undefined {
    const found = this.stages.get(stage)
    if (found === undefined) return undefined
    const { when, idSpan } = found
    if (when === undefined) return { at: idSpan, params: [] }
    return { at: when.span, params: this.othersIn(found, [when], before) }
  }

  /** The parameters of the pipeline that decide which tasks a stage has, by its matrix or its condition, and are others than before. */
  deciding(stage: string, before: ReferredValues["params"]): ConditionPlace["params"] {
    const found = this.stages.get(stage)
    if (found === undefined) return []
    const { axes = [], include = [], exclude = [] } = found.matrix ?? {}
    const dimensions = axes.flat().flatMap((each) => (each.from === undefined ? [each.value] : []))
    return this.othersIn(
      found,
      [...dimensions, ...include, ...exclude, ...(found.when === undefined ? [] : [found.when])],
      before
    )
  }

  private othersIn(
    { view }: StageDocument,
    templates: ReadonlyArray<Template>,
    before: ReferredValues["params"] | undefined
  ): ConditionPlace["params"] {
    const referred = templates.flatMap(namesIn)
    const names = new Set(referred.flatMap(([root, name]) => (root === "params" ? [wholeName(view, name)] : [])))
    return [...names].flatMap((name) => {
      const at = this.pipelineParam(name, before)
      return at === undefined ? [] : [{ name, at }]
    })
  }

  private dimension(
    { view }: StageDocument,
    dimension: MatrixDimension,
    before: ReferredValues["params"] | undefined
  ): ParamPlace {
    if (dimension.from !== undefined) return dimension.from.span
    return follow(dimension.value, (root, name) =>
      root === "params" ? this.pipelineParam(wholeName(view, name), before) : undefined
    )
  }

  /**
   * The place of a parameter of the pipeline: the command line, the profile, or `params:`; `undefined` where it has the
   * value of before, so that what refers to it must be what was edited.
   */
  private pipelineParam(name: string, before: ReferredValues["params"] | undefined): ParamPlace | undefined {
    const { params, profile } = this.chosen
    if (!isOther(name, before, params)) return undefined
    const [own, now] = [this.ofFile()[name], params[name]]
    if (own !== undefined && now !== undefined && !isEqual(own, now)) return "command line"
    const inProfile = this.document.profiles.find((candidate) => candidate.name === profile)
    const defaulted = this.defaults.get(name)
    const chosenValue = entry(inProfile?.params, name)
    const template = chosenValue ?? defaulted?.value
    if (template === undefined) return undefined
    const view = chosenValue === undefined ? defaulted?.view : undefined
    // A parameter refers to those above it only, so that this ends.
    return follow(template, (root, other) => {
      if (root === "env") return this.variable(other, now)
      const whole = wholeName(view, other)
      return root === "params" && whole !== name ? this.pipelineParam(whole, before) : undefined
    })
  }

  /** A variable that gave a parameter its value; `undefined` where it was not set, and its default in the file counts. */
  private variable(name: string, value: Json | undefined): ParamPlace | undefined {
    const { env } = this.chosen
    const otherwise = this.document.env.find((one) => one.name === name)?.otherwise
    const isSet = env === undefined ? otherwise === undefined || value !== otherwise : env[name] !== undefined
    return isSet ? { variable: name } : undefined
  }

  /**
   * The parameters as the file alone gives them, without what the command line says. Where nothing tells what a variable was,
   * what is made of it is taken to have come from there.
   */
  private ofFile(): { readonly [name: string]: Json } {
    if (this.written !== undefined) return this.written
    const { profile, env } = this.chosen
    const overrides = env === undefined ? this.ofVariables() : []
    const resolved = resolveParams(this.document, { profile, overrides, files: [], env: env ?? {} })
    this.written = Result.isSuccess(resolved) ? resolved.success.params : {}
    return this.written
  }

  /** The parameters that are made of variables, with the values that they have. */
  private ofVariables(): ReadonlyArray<{ readonly key: string; readonly text: string }> {
    const { params, profile } = this.chosen
    const inProfile = this.document.profiles.find(({ name }) => name === profile)?.params
    return this.document.params.flatMap(({ key, value }) => {
      const isMade = mentions(entry(inProfile, key) ?? value, "env") && Object.hasOwn(params, key)
      return isMade ? [{ key, text: JSON.stringify(params[key]) }] : []
    })
  }
}

/**
 * Whether a value was there before and is another now. What was not there before nothing could refer to; and where
 * nothing tells what was there, none is accused.
 */
const isOther = (
  name: string,
  before: { readonly [name: string]: Json } | undefined,
  now: { readonly [name: string]: Json }
): boolean => before !== undefined && Object.hasOwn(before, name) && !isEqual(before[name] ?? null, now[name] ?? null)

/** The place of the only thing that a value is made of; its own where there is none, or more than one. */
const follow = (template: Template, find: (root: string, name: string) => ParamPlace | undefined): ParamPlace => {
  const [only, ...others] = new Map(namesIn(template).map((name) => [name.join("."), name])).values()
  return (only !== undefined && others.length === 0 ? find(...only) : undefined) ?? template.span
}
