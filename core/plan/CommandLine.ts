/** What the command of a task runs and where its outputs will lie: among the task's parameters, and back. */
import type { Json } from "../stage/ArtifactKind.ts"
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

const text = (value: Json): string => (typeof value === "string" ? value : JSON.stringify(value))
