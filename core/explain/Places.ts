/** Where what differs between two keys was written: in the pipeline file, in the code of a stage, in a lock file. */
import { existsSync, readFileSync } from "node:fs"
import { dirname, join, relative } from "node:path"
import type { CodePlace } from "../code/CodeError.ts"
import { declarationPlaces } from "../code/declaration-places.ts"
import { COMES_ALONG } from "../code/OwnPackage.ts"
import type { PipelineDocument } from "../document/PipelineDocument.ts"
import { type ComparedValues, type ParamPlace, ParamPlaces, type ReferredValues } from "../document/param-place.ts"
import { BLAS_VARIABLE } from "../plan/choose-blas.ts"
import { BACKEND_VARIABLE } from "../plan/choose-device.ts"
import type { BundleCode, Plan, PlanCode, PlanStage, PlanTask } from "../plan/Plan.ts"
import type { Difference } from "../plan/why.ts"

export interface PlaceSettings {
  readonly plan: Plan
  /** The pipeline file of the plan; `undefined` where it can no longer be read. */
  readonly document: PipelineDocument | undefined
  /** Text of a stored bundle; `undefined` where the store has lost it. */
  readonly bundleText: (code: BundleCode) => string | undefined
  /** The file behind `athanor/stage`. */
  readonly contract: string
  /** Variables that parameters may have come from; `undefined` for a past run, of which nothing tells them. */
  readonly environment: NodeJS.ProcessEnv | undefined
}

/** Why a condition holds or does not: a parameter of the pipeline; where none is another, what the file says. */
export interface ConditionCause {
  readonly param: string | undefined
  readonly at: string | undefined
}

/** Places as `file:line:column`, from the folder that a person is in. */
export class Places {
  private readonly settings: PlaceSettings
  private readonly params: ParamPlaces | undefined
  private readonly declarations = new Map<string, ReadonlyMap<string, CodePlace>>()

  constructor(settings: PlaceSettings) {
    this.settings = settings
    const { document, plan, environment } = settings
    const { profile, params } = plan
    const names = (document?.env ?? []).map(({ name }) => name)
    const env = environment && { env: Object.fromEntries(names.map((name) => [name, environment[name]])) }
    this.params = document && new ParamPlaces(document, { profile, params, ...env })
  }

  /**
   * The place of what differs between the key of a task and that of an earlier one, `before` being what expressions could
   * refer to for that one; `undefined` where nobody wrote it, or nothing tells.
   */
  of(task: PlanTask, { part, name }: Difference, before: ReferredValues | undefined): string | undefined {
    const stage = this.settings.plan.stages[task.stage]
    if (stage === undefined) return undefined
    const { code } = stage
    if (part === "code" && code._tag === "Command")
      return relative("", join(dirname(this.settings.plan.file), code.folder, name))
    if (part === "code") return textOf(this.declarationsOf(code).get(name))
    if (part === "package" && code._tag === "Bundle") return this.package(code, name)
    if (part === "device") return this.backend(stage.id)
    if (part === "environment" && name === "blas" && code._tag === "Bundle") return this.set(BLAS_VARIABLE)
    if (part === "environment") return this.variable(stage.id, name)
    if (part === "param") return this.param(stage, name, { matrix: task.matrix, before })
    const compared = { matrix: task.matrix, before }
    return part === "input" ? textOf(this.params?.input(stage.id, name, compared)) : undefined
  }

  /** The place that decides which tasks a stage has, `before` being the parameters of a run that did not have one of them. */
  matrix(stage: Pick<PlanStage, "id">, before: ReferredValues["params"] | undefined): string | undefined {
    return textOf(this.params?.matrix(stage.id, before))
  }

  /** What decides whether the tasks of a stage are part: parameters in its condition that are others than before, or that itself. */
  condition(stage: string, before: ReferredValues["params"] | undefined): ReadonlyArray<ConditionCause> {
    const found = this.params?.condition(stage, before)
    if (found === undefined) return [{ param: undefined, at: undefined }]
    if (found.params.length === 0) return [{ param: undefined, at: textOf(found.at) }]
    return found.params.map(({ name, at }) => ({ param: name, at: textOf(at) }))
  }

  /** The parameters of the pipeline that give a stage other tasks than those of a run with the parameters `before`. */
  deciding(stage: string, before: ReferredValues["params"]): ReadonlyArray<{ param: string; at: string | undefined }> {
    return (this.params?.deciding(stage, before) ?? []).map(({ name, at }) => ({ param: name, at: textOf(at) }))
  }

  /** A file or folder from outside. */
  source(index: number): string | undefined {
    const { plan } = this.settings
    const path = plan.sources[index]?.path
    return path === undefined ? undefined : relative("", join(dirname(plan.file), path))
  }

  private param(stage: PlanStage, name: string, compared: ComparedValues): string | undefined {
    // What the file does not say is a default of the stage type.
    return textOf(this.params?.of(stage.id, name, compared) ?? this.declarationsOf(stage.code).get("default export"))
  }

  /** Where its backend is named. */
  private backend(stage: string): string | undefined {
    const { document } = this.settings
    const named = document?.stages.find(({ id }) => id === stage)?.backend
    if (named !== undefined) return textOf(named.span)
    return this.set(BACKEND_VARIABLE)
  }

  /** A variable, where it is set. */
  private set(variable: string): string | undefined {
    return this.settings.environment?.[variable] ? textOf({ variable }) : undefined
  }

  /** Where a command declares a variable. */
  private variable(stage: string, name: string): string | undefined {
    const found = this.settings.document?.stages.find(({ id }) => id === stage)?.command
    return textOf(found?.environment.find(({ value }) => value === name)?.span)
  }

  private declarationsOf(code: PlanCode): ReadonlyMap<string, CodePlace> {
    if (code._tag === "Command") return new Map()
    const known = this.declarations.get(code.bundle)
    if (known !== undefined) return known
    const text = this.settings.bundleText(code)
    const places = text === undefined ? new Map() : declarationPlaces(text, code, this.settings.contract)
    this.declarations.set(code.bundle, places)
    return places
  }

  /** Where a package is pinned. */
  private package({ file }: BundleCode, id: string): string | undefined {
    const name = id.replace(/(?<=.)@.*$/u, "")
    const { contract } = this.settings
    const places = name === "effect" ? [contract] : COMES_ALONG.has(name) ? [file, contract] : [file]
    return places.map((place) => pinnedAbove(dirname(place), name)).find((line) => line !== undefined)
  }
}

/** The line of the nearest lock file on the way up that pins a package. */
const pinnedAbove = (from: string, name: string): string | undefined => {
  for (let folder = from; ; folder = dirname(folder)) {
    const lock = join(folder, "package-lock.json")
    const lines = existsSync(lock) ? readFileSync(lock, "utf8").split("\n") : []
    const line = lines.findIndex((text) => text.includes(`node_modules/${name}": {`))
    if (line >= 0) return `${relative("", lock)}:${line + 1}`
    if (folder === dirname(folder)) return undefined
  }
}

const textOf = (place: ParamPlace | CodePlace | undefined): string | undefined => {
  if (place === undefined) return undefined
  if (place === "command line") return "the command line"
  if ("variable" in place) return `the variable ${place.variable}`
  return `${place.file}:${place.line}:${place.column}`
}
