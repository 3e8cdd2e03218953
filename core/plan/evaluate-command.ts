/** From the `run:` and `outputs:` of a command to the words and paths of one task. */
import { Result } from "effect"
import { readableEndings } from "../codec/read-foreign.ts"
import type { Scope } from "../document/evaluate.ts"
import { evaluateTemplate } from "../document/evaluate-template.ts"
import type { CommandDocument, CommandOutput } from "../document/PipelineDocument.ts"
import { foldedPath, leavesFolder, normalPath, pathFault } from "../document/relative-path.ts"
import type { Span } from "../document/Span.ts"
import type { Template } from "../document/Template.ts"
import type { Json } from "../stage/ArtifactKind.ts"
import { both, type Checked, collect, refuse } from "./Checked.ts"
import type { CommandLine } from "./CommandLine.ts"
import { INPUTS } from "./staged-path.ts"

/** The command of the task of this scope, in which `inputs` are the paths of its ports. */
export const evaluateCommand = (title: string, command: CommandDocument, scope: Scope): Checked<CommandLine> =>
  Result.gen(function* () {
    const paths = command.outputs.map((output) => outputPath(title, output, scope))
    const names = command.outputs.map(({ port }, index) => [port, Result.getOrElse(paths[index]!, () => "")])
    const inRun = { ...scope, outputs: Object.fromEntries(names) }
    const evaluateRun = command.shell ? evaluateScript : evaluateWords
    const [run] = yield* both(evaluateRun(title, command.run, inRun), collect(paths))
    const outputs: CommandLine["outputs"] = inRun.outputs
    const [first, second] = sharing(outputs)
    if (first === undefined) return { run, outputs }
    const span = command.outputs.find(({ port }) => port === second)?.path.span ?? command.run.span
    return yield* refuse(span, `${title}: outputs "${first}" and "${second}" are both ${outputs[first]}`)
  })

const sharing = (outputs: { readonly [port: string]: string }): ReadonlyArray<string> => {
  const byPath = Map.groupBy(Object.keys(outputs), (port) => foldedPath(outputs[port] ?? ""))
  return [...byPath.values()].find((ports) => ports.length > 1) ?? []
}

const evaluateScript = (title: string, run: Template, scope: Scope): Checked<CommandLine["run"]> =>
  Result.flatMap(evaluateTemplate(run, scope), (script) =>
    typeof script === "string" && script.trim() !== "" && !script.includes("\0")
      ? Result.succeed({ _tag: "Script", script })
      : refuse(run.span, `${title}: run is ${JSON.stringify(script)}, expected the text of a script`)
  )

const evaluateWords = (title: string, run: Template, scope: Scope): Checked<CommandLine["run"]> =>
  Result.gen(function* () {
    const items = run._tag === "List" ? run.items : []
    const words = (yield* collect(items.map((item, index) => wordsOf(title, item, index, scope)))).flat()
    if (words[0] === undefined || words[0] === "") {
      return yield* refuse(run.span, `${title}: run starts with the name of a program, and here with nothing`)
    }
    return { _tag: "Words", words }
  })

/** One word; or, of an expression that gives a list, one for each of its items. */
const wordsOf = (title: string, item: Template, index: number, scope: Scope): Checked<ReadonlyArray<string>> =>
  Result.flatMap(evaluateTemplate(item, scope), (value) =>
    isList(value)
      ? collect(value.map((each) => wordOf(title, each, index, item.span)))
      : Result.map(wordOf(title, value, index, item.span), (word) => [word])
  )

const wordOf = (title: string, value: Json, index: number, span: Span): Checked<string> => {
  if (typeof value === "string" && value.includes("\0"))
    return refuse(span, `${title}: run: argument ${index} holds a NUL`)
  if (typeof value === "string") return Result.succeed(value)
  if (typeof value === "number" || typeof value === "boolean") return Result.succeed(String(value))
  const found = value === null ? "null" : isList(value) ? "a list" : "a map"
  return refuse(
    span,
    `${title}: run: argument ${index} is ${found}, expected text or a number`,
    "str(value) makes JSON of it"
  )
}

const isList = (value: Json): value is ReadonlyArray<Json> => Array.isArray(value)

const outputPath = (title: string, { port, path: template, kind }: CommandOutput, scope: Scope): Checked<string> =>
  Result.flatMap(evaluateTemplate(template, scope), (value) => {
    const output = `${title}: output "${port}"`
    const path = typeof value === "string" ? normalPath(value) : ""
    if (typeof value !== "string" || path === "" || leavesFolder(value)) {
      return refuse(
        template.span,
        `${output}: the path ${JSON.stringify(value)} must be that of a file in the working directory`
      )
    }
    const fault = pathFault(value)
    if (fault !== undefined) {
      return refuse(template.span, `${output}: the path ${JSON.stringify(value)} cannot be used: ${fault}`)
    }
    if (path === INPUTS || path.startsWith(`${INPUTS}/`)) {
      return refuse(
        template.span,
        `${output}: ${INPUTS}/ is where the command finds its inputs`,
        "choose another folder"
      )
    }
    const endings = readableEndings(kind.value)
    if (endings.length === 0 || endings.some((ending) => path.toLowerCase().endsWith(ending)))
      return Result.succeed(path)
    return refuse(
      template.span,
      `${output}: a ${kind.value} is read from ${endings.join(", ")} files, not from ${path}`
    )
  })
