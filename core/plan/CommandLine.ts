/** What the command of a task runs, where its outputs will lie and which files it reads: among its parameters, and back. */
import { type CommandFile, identityOf } from "../code/CommandCode.ts"
import type { Json } from "../stage/ArtifactKind.ts"
import type { Digest } from "../store/Digest.ts"
import type { JsonMap } from "./Plan.ts"

export interface CommandLine {
  /** The program and its arguments; or a script for `/bin/sh`. */
  readonly run:
    | { readonly _tag: "Words"; readonly words: ReadonlyArray<string> }
    | { readonly _tag: "Script"; readonly script: string }
  /** Paths relative to the working directory, by port. */
  readonly outputs: { readonly [port: string]: string }
}

/** `run[0]`, `run[1]`, … or `run`, and `outputs.table.path`: by these names a key's difference is told. */
export const toParams = ({ run, outputs }: CommandLine): JsonMap => ({
  ...(run._tag === "Script"
    ? { run: run.script }
    : Object.fromEntries(run.words.map((word, at) => [`run[${at}]`, word]))),
  ...Object.fromEntries(Object.entries(outputs).map(([port, path]) => [`outputs.${port}.path`, path]))
})

const OUTPUT = /^outputs\.(?<port>[^.]+)\.path$/u

/** The inverse of `toParams`. */
export const fromParams = (params: JsonMap): CommandLine => {
  const words: Array<string> = []
  for (let word = params["run[0]"]; word !== undefined; word = params[`run[${words.length}]`]) words.push(text(word))
  const outputs = Object.entries(params).flatMap(([name, path]) => {
    const port = OUTPUT.exec(name)?.groups?.["port"]
    return port === undefined ? [] : [[port, text(path)]]
  })
  const script = params["run"]
  return {
    run: script === undefined ? { _tag: "Words", words } : { _tag: "Script", script: text(script) },
    outputs: Object.fromEntries(outputs)
  }
}

/** `file data/b.txt`: the identity of a file that the words of this task name, and that it has for itself. */
export const fileParams = (files: ReadonlyArray<CommandFile>): JsonMap =>
  Object.fromEntries(files.map((file) => [`${FILE}${file.path}`, identityOf(file)]))

/** Identities of files, by their paths. */
export const fileIdentities = (files: ReadonlyArray<CommandFile>): { readonly [path: string]: Digest } =>
  Object.fromEntries(files.map((file) => [file.path, identityOf(file)]))

const FILE = "file "

/** Parameters of a command, those that are files apart: their identities, by their paths. */
export const splitFiles = (
  params: JsonMap
): { readonly files: { readonly [path: string]: Digest }; readonly others: JsonMap } => {
  const isFile = ([name]: readonly [string, Json]): boolean => name.startsWith(FILE)
  const entries = Object.entries(params)
  const files = entries.filter(isFile).map(([name, identity]) => [name.slice(FILE.length), identity])
  return files.length === 0
    ? { files: {}, others: params }
    : { files: Object.fromEntries(files), others: Object.fromEntries(entries.filter((entry) => !isFile(entry))) }
}

const text = (value: Json): string => (typeof value === "string" ? value : JSON.stringify(value))
