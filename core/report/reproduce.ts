/** How a run is made again: commands that can be copied as they stand. */
import { existsSync, statSync } from "node:fs"
import { join } from "node:path"
import { isDeepStrictEqual } from "node:util"
import { Effect, Result } from "effect"
import type { PipelineDocument } from "../document/PipelineDocument.ts"
import { resolveParams } from "../document/resolve-params.ts"
import { documentOf } from "../explain/document-of-run.ts"
import type { Plan } from "../plan/Plan.ts"
import { FILES } from "../record/RunFolder.ts"
import type { RunState } from "../record/RunState.ts"
import type { Json } from "../stage/ArtifactKind.ts"

export interface Reproduction {
  /** Gets the code that ran; empty where nothing tells which it was. */
  readonly checkout: ReadonlyArray<string>
  readonly install: ReadonlyArray<string>
  /** The run itself. */
  readonly run: string
  /** How commands are called where the run was made. */
  readonly program: string
}

interface RecordedRun {
  readonly folder: { readonly id: string; readonly path?: string }
  readonly plan: Plan
  readonly state: RunState
}

/** The commands for a run, as its journal and its folder tell. */
export const reproductionOf = Effect.fnUntraced(function* ({ folder: { id, path }, plan, state }: RecordedRun) {
  const document =
    path === undefined || !isWorthReading(path, plan) ? undefined : yield* documentOf({ folder: { id, path }, plan })
  const { environment = {}, targets = [] } = state.started ?? {}
  const isPackage = existsSync("package-lock.json")
  const program = isPackage ? "npx pipeline" : "pipeline"
  const overrides = overridesOf(document, plan).flatMap(({ key, text }) => ["-S", shellWord(`${key}=${text}`)])
  const words = [program, "run", shellWord(plan.file), ...targets.map(shellWord), "--profile", shellWord(plan.profile)]
  return {
    checkout: checkoutOf(environment),
    install: isPackage ? ["npm ci"] : [],
    run: [...words, ...overrides].join(" "),
    program
  } satisfies Reproduction
})

/** Bytes of a pipeline file from which on reading it once more would take longer than all the rest: then each parameter is named. */
const LONG_FILE = 2 ** 18

const isWorthReading = (folder: string, { params }: Plan): boolean => {
  if (Object.keys(params).length === 0) return false
  return (statSync(join(folder, FILES.pipeline), { throwIfNoEntry: false })?.size ?? 0) < LONG_FILE
}

interface Override {
  readonly key: string
  readonly text: string
}

/** Parameters that are worked out one by one; whoever chose more gave a file of them. */
const MAX_CHOSEN = 24

/**
 * What has to be said besides the profile to get the parameters of a plan; all of them where its pipeline file is gone, or does not
 * give them without the variables that it was read with. A parameter that follows from an earlier one needs no words of its own.
 */
const overridesOf = (document: PipelineDocument | undefined, plan: Plan): ReadonlyArray<Override> => {
  const params = Object.entries(plan.params).map(([key, value]) => ({ key, text: yamlText(value) }))
  const overrides: Array<Override> = []
  while (overrides.length <= MAX_CHOSEN) {
    const resolved = document && resolveParams(document, { profile: plan.profile, overrides, files: [] })
    if (resolved === undefined || Result.isFailure(resolved)) return params
    const given = resolved.success.params
    const next = params.find(({ key }) => !isDeepStrictEqual(given[key], plan.params[key]))
    // One that was said and did not help cannot be said like this.
    if (next === undefined) return overrides
    if (overrides.includes(next)) return params
    overrides.push(next)
  }
  return params
}

/** Letters alone are a text in YAML, unless they are one of its words. */
const yamlText = (value: Json): string =>
  typeof value === "string" && /^[a-z][\w./-]*$/iu.test(value) && !/^(?:true|false|null)$/iu.test(value)
    ? value
    : JSON.stringify(value)

const checkoutOf = ({ commit, repository, directory }: { readonly [name: string]: string }): ReadonlyArray<string> => {
  if (commit === undefined) return []
  const name = /(?<name>[\w.-]+?)(?:\.git)?\/*$/u.exec(repository ?? "")?.groups?.["name"] ?? "study"
  return [
    ...(repository === undefined
      ? []
      : [`git clone ${shellWord(repository)} ${shellWord(name)}`, `cd ${shellWord(name)}`]),
    `git checkout ${shellWord(commit)}`,
    ...(directory === undefined ? [] : [`cd ${shellWord(directory)}`])
  ]
}

/** A word as a shell takes it. */
export const shellWord = (word: string): string =>
  /^[\w@%+=:,./-]+$/u.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
