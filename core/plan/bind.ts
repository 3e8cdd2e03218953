/** Finds the stage type behind each `uses`, with its code identified and stored. */
import { dirname, isAbsolute, relative, resolve, sep } from "node:path"
import { Effect, Result } from "effect"
import { importStage } from "../code/import-stage.ts"
import { StageCode } from "../code/StageCode.ts"
import type { CommandDocument, PipelineDocument, StageDocument } from "../document/PipelineDocument.ts"
import { suggestion } from "../document/suggestion.ts"
import type { Template } from "../document/Template.ts"
import { Registry } from "../stage/Registry.ts"
import type { StageType } from "../stage/StageType.ts"
import { type Checked, complaint, refuse } from "./Checked.ts"
import { SHORTEST_CODE } from "./compatible.ts"
import { parameterNames } from "./decode-params.ts"
import type { BundleCode, PlanStage } from "./Plan.ts"

/** A stage of the file together with its stage type. */
export interface TypedStage {
  readonly _tag: "Typed"
  readonly document: StageDocument
  readonly type: StageType
  readonly code: BundleCode
}

/** A command, whose own words say what a stage type would; its code is known when its tasks are. */
export interface CommandStage {
  readonly _tag: "Command"
  readonly document: StageDocument
  readonly command: CommandDocument
  readonly type: Pick<PlanStage, "summary" | "source" | "determinism" | "extends" | "compatibleWith" | "outputs"> & {
    readonly name: "command"
  }
}

export type BoundStage = TypedStage | CommandStage

/** Binds every stage, each on its own, so that one unknown name does not hide other mistakes. */
export const bindStages = Effect.fn("Plan.bind")(function* (document: PipelineDocument) {
  const { files } = yield* Registry
  // Several stages may use one type: its code is looked at once.
  const loaded = new Map<string, Checked<LoadedType>>()
  const bound: Array<Checked<BoundStage>> = []
  for (const stage of document.stages) {
    if (stage.command !== undefined) {
      bound.push(Result.succeed(bindCommand(stage, stage.command)))
      continue
    }
    const file = fileOf(document, stage, files)
    if (Result.isFailure(file)) {
      bound.push(Result.fail(file.failure))
      continue
    }
    const known = loaded.get(file.success) ?? (yield* loadType(stage, file.success))
    loaded.set(file.success, known)
    bound.push(Result.map(known, ({ type, code }) => ({ _tag: "Typed", document: stage, type, code })))
  }
  return bound
})

const bindCommand = (document: StageDocument, command: CommandDocument): CommandStage => ({
  _tag: "Command",
  document,
  command,
  type: {
    name: "command",
    summary: summaryOf(command.run),
    determinism: "unknown",
    outputs: Object.fromEntries(command.outputs.map(({ port, kind }) => [port, kind.value]))
  }
})

/** What a command runs, in one line: `python3 analyse.py --n …`. */
const summaryOf = (run: Template): string => {
  const words = run._tag === "List" ? run.items : [run]
  const text = words.map((word) => (word._tag === "Literal" ? String(word.value) : "…")).join(" ")
  return text.replace(/\s+/gu, " ").slice(0, 80)
}

interface LoadedType {
  readonly type: StageType
  readonly code: BundleCode
}

const loadType = Effect.fnUntraced(function* (stage: StageDocument, file: string) {
  const stageCode = yield* StageCode
  return yield* stageCode.load(file).pipe(
    Effect.flatMap((code) =>
      Effect.map(
        importStage(code),
        (type): Checked<LoadedType> => checked(stage, { type, code: { _tag: "Bundle", ...code } })
      )
    ),
    Effect.catchTag("CodeError", ({ lines }) =>
      Effect.succeed(
        Result.fail(
          lines.map((line) => complaint(stage.uses.span, `stage "${stage.id}": ${stage.uses.value}: ${line}`))
        )
      )
    )
  )
})

/** What a stage type says of its parameters and its older code must mean something. */
const checked = (stage: StageDocument, loaded: LoadedType): Checked<LoadedType> => {
  const { extends: extension, compatibleWith = [], name } = loaded.type
  const refused = (problem: string, hint?: string) =>
    refuse(stage.uses.span, `stage "${stage.id}": ${name} says ${problem}`, hint)
  const known = parameterNames(loaded.type)
  const isUnknown = (param: string): boolean => known?.includes(param) === false
  const unknown = extension && [extension.param, ...(extension.along ?? [])].find(isUnknown)
  if (unknown !== undefined) {
    const problem = `that it extends its results along "${unknown}", which is no parameter`
    return refused(problem, suggestion(unknown, "takes", known ?? []))
  }
  for (const { code, as, without = {} } of compatibleWith) {
    const wrong = [code, as].find((identity) => !CODE.test(identity))
    if (wrong !== undefined)
      return refused(`that code "${wrong}" is compatible, which is no identity`, HOW_TO_KNOW_CODE)
    const added = Object.keys(without).find(isUnknown)
    if (added === undefined) continue
    const problem = `what code ${code} did without "${added}", which is no parameter`
    return refused(problem, suggestion(added, "takes", known ?? []))
  }
  return Result.succeed(loaded)
}

/** As stage types name older code. */
const CODE = new RegExp(`^[0-9a-f]{${SHORTEST_CODE},64}$`, "u")

const HOW_TO_KNOW_CODE = `it takes ${SHORTEST_CODE} digits or more, as \`pipeline why\` and \`pipeline stages\` print them`

/** The source file of a stage type: a built-in one by name, or one beside the pipeline file by path. */
const fileOf = (
  document: PipelineDocument,
  { id, uses }: StageDocument,
  builtIn: ReadonlyMap<string, string>
): Checked<string> => {
  if (!uses.value.startsWith(".")) {
    const file = builtIn.get(uses.value)
    if (file !== undefined) return Result.succeed(file)
    return refuse(
      uses.span,
      `stage "${id}": unknown stage type "${uses.value}"`,
      `${suggestion(uses.value, "stage types", [...builtIn.keys()])}${
        builtIn.size > 12 ? "   (`pipeline stages` lists them; a path to your own starts with ./)" : ""
      }`.trim()
    )
  }
  const folder = resolve(dirname(document.file))
  const file = resolve(folder, uses.value)
  const inside = relative(folder, file)
  // The file may come from a stranger: naming it must not run code from elsewhere on this machine.
  if (inside === ".." || inside.startsWith(`..${sep}`) || isAbsolute(inside)) {
    return refuse(uses.span, `stage "${id}": ${uses.value} lies outside of the folder of the pipeline file`)
  }
  return Result.succeed(file)
}
