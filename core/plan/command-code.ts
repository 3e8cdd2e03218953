/** What decides the result of a command besides its words and inputs: files beside the pipeline, and declared variables. */
import { dirname, resolve } from "node:path"
import { Effect, Result } from "effect"
import { CommandCode as CommandCodes, type CommandFile, type FullPaths } from "../code/CommandCode.ts"
import type { PipelineDocument } from "../document/PipelineDocument.ts"
import type { Reads } from "../document/Reads.ts"
import type { StoreUnavailable } from "../store/StoreError.ts"
import type { CommandStage } from "./bind.ts"
import { type Checked, complaint } from "./Checked.ts"
import { type CommandLine, fileParams, fromParams, toParams } from "./CommandLine.ts"
import type { MachineBackends } from "./MachineBackends.ts"
import type { MachineBlas } from "./MachineBlas.ts"
import type { CommandCode, PlanTask } from "./Plan.ts"
import { INPUTS } from "./staged-path.ts"

/** What a plan is made from besides the document and the choices of the user. */
export interface Surroundings {
  /** Takes note of all that is read. */
  readonly reads: Reads
  readonly environment: NodeJS.ProcessEnv
  /** Asked for when a stage trains, or a matrix goes over them. */
  readonly backends: MachineBackends
  /** Asked for when a stage can use a native library. */
  readonly blas: MachineBlas
}

/** What separates the words of a script, as far as paths of files go. */
const SEPARATORS = /[\s'"`;|&<>(){}$]+/u

/** The same, where these are parts too. */
const SEPARATED = new RegExp(`(${SEPARATORS.source})`, "u")

/** The code of a stage of commands, and its tasks with the files that their own words name. */
export interface CodedTasks {
  readonly code: CommandCode
  readonly tasks: ReadonlyArray<PlanTask>
}

/** The code of commands. A file that the words of one of its tasks name decides the result of that task, and of no other. */
export const commandCode = Effect.fnUntraced(function* (
  document: PipelineDocument,
  { command, document: stage }: CommandStage,
  tasks: ReadonlyArray<PlanTask>,
  { environment, reads }: Surroundings
): Effect.fn.Return<Checked<CodedTasks>, StoreUnavailable, CommandCodes> {
  const lines = tasks.map(({ params }) => fromParams(params))
  /** The first word is a program, wherever it lies. */
  const firsts = new Set(lines.map(({ run }) => (run._tag === "Words" ? run.words[0] : "/")))
  const loaded = yield* (yield* CommandCodes).load(
    {
      folder: resolve(dirname(document.file), command.folder),
      named: command.files.map(({ value }) => value),
      words: lines.map(({ run }) => (run._tag === "Script" ? run.script.split(SEPARATORS) : run.words)),
      except: [INPUTS, ...new Set(lines.flatMap(({ outputs }) => Object.values(outputs)))]
    },
    reads
  )
  if (!("identity" in loaded)) {
    const spans = new Map(command.files.map(({ value, span }) => [value, span]))
    const complaints = loaded.map(({ named, reason }) =>
      complaint(spans.get(named) ?? stage.idSpan, `stage "${stage.id}": files: ${named}: ${reason}`)
    )
    return Result.fail(complaints)
  }
  const values = command.environment.flatMap(({ value: name }) => {
    const value = reads.variable(name, environment)
    return value === undefined ? [] : [[name, value]]
  })
  const { own, fullPaths, ...shared } = loaded
  const misled = misledBy(fullPaths, lines).map(({ message, hint }) =>
    complaint(command.run.span, `stage "${stage.id}": run: ${message}`, hint)
  )
  if (misled.length > 0) return Result.fail(misled)
  const outside = fullPaths.outside.filter((path) => !isProgram(path, environment) && !firsts.has(path))
  const named = new Map(own.flat().map((file) => [file.path, file]))
  const code: CommandCode = {
    _tag: "Command",
    ...shared,
    ...(named.size === 0 ? {} : { named: Object.fromEntries(named) }),
    folder: command.folder,
    environment: Object.fromEntries(values),
    secrets: command.secrets.map(({ value }) => value),
    ...(outside.length === 0 ? {} : { outside })
  }
  const local =
    fullPaths.copied.size === 0 ? tasks : tasks.map((task, index) => withCopies(task, lines[index]!, fullPaths.copied))
  return Result.succeed({ code, tasks: local.map((task, index) => withFiles(task, own[index] ?? [])) })
})

/** What is wrong with full paths, where the command would not read what its key tells of. */
const misledBy = (
  { copied, uncopied }: FullPaths,
  lines: ReadonlyArray<CommandLine>
): ReadonlyArray<{ readonly message: string; readonly hint: string }> => [
  ...uncopied.map((path) => ({
    message: `${path} lies beside the pipeline: the command would read what is there when it runs, whatever its key says`,
    hint: "name it by its path from the pipeline file; folders, and files that no word names, belong under files:"
  })),
  ...wordsBehindCd(lines, copied).map((word) => ({
    message: `${word} is named behind a cd: its copy, ${copied.get(word)} in the folder where the script starts, would be sought elsewhere`,
    hint: "list it under files:, and name it as the script sees it from where it is then"
  }))
]

/** What takes a script to another folder. */
const GOING = new Set(["cd", "pushd"])

/** The words of scripts that stand behind a `cd` and would be replaced by paths of copies, which are relative. */
const wordsBehindCd = (
  lines: ReadonlyArray<CommandLine>,
  copied: ReadonlyMap<string, string>
): ReadonlyArray<string> => {
  if (copied.size === 0) return []
  const words = lines.flatMap(({ run }) => {
    if (run._tag === "Words") return []
    const all = run.script.split(SEPARATORS)
    const going = all.findIndex((word) => GOING.has(word))
    return going === -1 ? [] : all.slice(going).filter((word) => copied.has(word))
  })
  return [...new Set(words)]
}

/** A task whose words name the copies of files. */
const withCopies = (task: PlanTask, { run, outputs }: CommandLine, copied: ReadonlyMap<string, string>): PlanTask => {
  const named = (word: string): string => copied.get(word) ?? word
  const local: CommandLine["run"] =
    run._tag === "Script"
      ? { _tag: "Script", script: run.script.split(SEPARATED).map(named).join("") }
      : { _tag: "Words", words: run.words.map(named) }
  return { ...task, params: { ...task.params, ...toParams({ run: local, outputs }) } }
}

/** Whether a path is that of a program which lies where programs are looked for. */
const isProgram = (path: string, { PATH = "" }: NodeJS.ProcessEnv): boolean => PATH.split(":").includes(dirname(path))

const withFiles = (task: PlanTask, files: ReadonlyArray<CommandFile>): PlanTask =>
  files.length === 0 ? task : { ...task, params: { ...task.params, ...fileParams(files) } }
