/** Where what differs between two keys was written: in the pipeline file, in the code of a stage, in a lock file. */
import { existsSync, readFileSync } from "node:fs"
import { dirname, join, relative } from "node:path"
import type { CodePlace } from "../code/CodeError.ts"
import { declarationPlaces } from "../code/declaration-places.ts"
import type { PipelineDocument } from "../document/PipelineDocument.ts"
import { matrixPlace, type ParamPlace, paramPlace } from "../document/param-place.ts"
import type { BundleCode, Plan, PlanCode, PlanStage } from "../plan/Plan.ts"
import type { Difference } from "../plan/why.ts"

export interface PlaceSettings {
  readonly plan: Plan
  /** The pipeline file of the plan; `undefined` where it can no longer be read. */
  readonly document: PipelineDocument | undefined
  /** Text of a stored bundle; `undefined` where the store has lost it. */
  readonly bundleText: (code: BundleCode) => string | undefined
  /** The file behind `athanor/stage`. */
  readonly contract: string
  /** Variables that parameters may have come from. */
  readonly environment: NodeJS.ProcessEnv
}

/** Places as `file:line:column`, from the folder that a person is in. */
export class Places {
  private readonly settings: PlaceSettings
  private readonly declarations = new Map<string, ReadonlyMap<string, CodePlace>>()

  constructor(settings: PlaceSettings) {
    this.settings = settings
  }

  /** The place of what a difference is about; `undefined` where nobody wrote it, or nothing tells. */
  of(stage: PlanStage, { part, name }: Difference): string | undefined {
    const { code } = stage
    if (part === "code" && code._tag === "Command")
      return relative("", join(dirname(this.settings.plan.file), code.folder, name))
    if (part === "code") return textOf(this.declarationsOf(code).get(name))
    if (part === "package" && code._tag === "Bundle") return this.package(code, name)
    if (part === "environment") return this.variable(stage.id, name)
    if (part === "param") return this.param(stage, name)
    return part === "input" ? this.input(stage.id, name) : undefined
  }

  /** The place that decides which tasks a stage has. */
  matrix(stage: PlanStage): string | undefined {
    const { document, plan } = this.settings
    return document && textOf(matrixPlace(document, stage.id, { ...plan, env: this.env() }))
  }

  /** A file or folder from outside. */
  source(index: number): string | undefined {
    const { plan } = this.settings
    const path = plan.sources[index]?.path
    return path === undefined ? undefined : relative("", join(dirname(plan.file), path))
  }

  private param(stage: PlanStage, name: string): string | undefined {
    const { document, plan } = this.settings
    const place = document && paramPlace(document, stage.id, name, { ...plan, env: this.env() })
    // What the file does not say is a default of the stage type.
    return textOf(place ?? this.declarationsOf(stage.code).get("default export"))
  }

  private env(): { readonly [name: string]: string | undefined } {
    const { document, environment } = this.settings
    return Object.fromEntries((document?.env ?? []).map(({ name }) => [name, environment[name]]))
  }

  private input(stage: string, port: string): string | undefined {
    const found = this.settings.document?.stages.find(({ id }) => id === stage)
    const input = found?.inputs.find((candidate) => candidate.port === port)
    return textOf(input?.references[0]?.span ?? input?.portSpan ?? found?.idSpan)
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

  /** The line of the nearest lock file that pins a package. */
  private package({ file }: BundleCode, id: string): string | undefined {
    const name = id.replace(/(?<=.)@.*$/u, "")
    const start = name === "effect" ? this.settings.contract : file
    for (let folder = dirname(start); ; folder = dirname(folder)) {
      const lock = join(folder, "package-lock.json")
      const lines = existsSync(lock) ? readFileSync(lock, "utf8").split("\n") : []
      const line = lines.findIndex((text) => text.includes(`node_modules/${name}": {`))
      if (line >= 0) return `${relative("", lock)}:${line + 1}`
      if (folder === dirname(folder)) return undefined
    }
  }
}

const textOf = (place: ParamPlace | CodePlace | undefined): string | undefined => {
  if (place === undefined) return undefined
  return place === "command line" ? "the command line" : `${place.file}:${place.line}:${place.column}`
}
