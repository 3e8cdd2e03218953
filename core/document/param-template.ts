/** The part of a stage that a parameter of its tasks is made of, as the file has it. */
import { type CommandDocument, entry, type StageDocument } from "./PipelineDocument.ts"
import type { Template } from "./Template.ts"

/**
 * What stands in the file for a parameter, given by its path: `network.depth` below `with:`, or `run[3]` of a command.
 * `undefined` where the file does not have it.
 */
export const paramTemplate = ({ command, with: map }: StageDocument, path: string): Template | undefined =>
  command ? commandPart(command, path) : map && partAt(map, path.split("."))

/** The part of a command behind `run`, `run[3]` or `outputs.table.path`. */
const commandPart = ({ outputs, run }: CommandDocument, path: string): Template | undefined => {
  const { index, port } = /^(?:run(?:\[(?<index>\d+)\])?|outputs\.(?<port>.+)\.path)$/u.exec(path)?.groups ?? {}
  if (port !== undefined) return outputs.find((output) => output.port === port)?.path
  // A list that stands for several words is the last, if there is one.
  return index === undefined || run._tag !== "List" ? run : (run.items[Number(index)] ?? run.items.at(-1))
}

/** The deepest part on a path that the file has. */
const partAt = (template: Template, [step, ...rest]: ReadonlyArray<string>): Template | undefined => {
  if (step === undefined) return template
  if (template._tag === "Map") {
    const part = entry(template, step)
    return part && (partAt(part, rest) ?? part)
  }
  const item = template._tag === "List" ? template.items[Number(step)] : undefined
  return item === undefined ? template : partAt(item, rest)
}
