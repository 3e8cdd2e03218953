/** What a stage that `uses: command` says: what it runs, what it reads besides its inputs, and what it leaves behind. */
import { ARTIFACT_KINDS, isArtifactKind } from "../stage/ArtifactKind.ts"
import type { Cursor, Field } from "./Cursor.ts"
import { checkNames, type Offer } from "./check-names.ts"
import type { CommandDocument, CommandOutput } from "./PipelineDocument.ts"
import { readTemplate } from "./read-template.ts"
import { NAME, NAME_RULE } from "./reference.ts"
import { foldedPath, leavesFolder, normalPath, pathFault } from "./relative-path.ts"
import type { Span, Spanned } from "./Span.ts"
import type { Template } from "./Template.ts"

export const COMMAND_KEYS = ["run", "shell", "outputs", "files", "env", "secrets"] as const

export type CommandFields = { readonly [key in (typeof COMMAND_KEYS)[number]]?: Field }

/** Names of environment variables, as POSIX has them. */
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/u

/** What every command is given by the runner, so that nothing outside of its folder shows through. */
const RESERVED_VARIABLES = new Set(["TRACEPARENT", "CHECKPOINTS"])

/** Where a command stands. */
export interface CommandPlace {
  /** Where to say what is missing. */
  readonly span: Span
  /** Folder of the file, relative to that of the pipeline file; empty, or with a / at its end. */
  readonly folder: string
}

/** Decodes the keys of a command. */
export const decodeCommand = (
  cursor: Cursor,
  title: string,
  fields: CommandFields,
  { folder, span: place }: CommandPlace,
  offer: Offer
): CommandDocument => {
  const outputs = fields.outputs === undefined ? [] : decodeOutputs(cursor, title, fields.outputs, offer)
  const shell = decodeShell(cursor, title, fields.shell)
  const environment = decodeVariables(cursor, `${title}: env`, fields.env)
  const secrets = decodeVariables(cursor, `${title}: secrets`, fields.secrets)
  for (const { value, span } of secrets) {
    if (environment.some((variable) => variable.value === value)) {
      cursor.complain(span, `${title}: ${value} is in env too, whose values are kept`, "take it out of one of the two")
    }
  }
  return {
    run: decodeRun(cursor, title, fields.run, place, shell, { ...offer, outputs: new Set(outputs.map(portOf)) }),
    shell,
    folder,
    outputs: outputs.flatMap(({ output }) => output ?? []),
    files: decodeFiles(cursor, title, fields.files),
    environment,
    secrets
  }
}

const decodeShell = (cursor: Cursor, title: string, field: Field | undefined): boolean => {
  if (field === undefined) return false
  const value = cursor.scalar(field.value)
  if (typeof value === "boolean") return value
  const found = cursor.describe(field.value)
  cursor.complain(cursor.span(field.value, field.keySpan), `${title}: shell must be true or false, not ${found}`)
  return false
}

const NOTHING = (span: Span): Template => ({ _tag: "Literal", value: null, span })

const decodeRun = (
  cursor: Cursor,
  title: string,
  field: Field | undefined,
  place: Span,
  shell: boolean,
  offer: Offer
): Template => {
  if (field === undefined) {
    cursor.complain(place, `${title}: "run" is missing`, 'add   run: [python3, analyse.py, --n, "${{ params.n }}"]')
    return NOTHING(place)
  }
  const before = cursor.diagnostics.length
  const run = readTemplate(cursor, field.value, field.keySpan)
  // What could not be read has a complaint, and nothing in its place.
  if (cursor.diagnostics.length > before) return run
  checkNames(cursor, `${title}: run`, run, offer)
  if (shell) checkScript(cursor, title, run)
  else checkWords(cursor, title, run)
  return run
}

const checkScript = (cursor: Cursor, title: string, run: Template): void => {
  if (run._tag === "List" || run._tag === "Map") {
    cursor.complain(
      run.span,
      `${title}: run must be a text, with shell: true`,
      'as in run: "sort in.txt | uniq > out.txt"'
    )
  } else if (run._tag === "Literal" && (typeof run.value !== "string" || run.value.trim() === "")) {
    cursor.complain(run.span, `${title}: run is empty`)
  }
}

const checkWords = (cursor: Cursor, title: string, run: Template): void => {
  if (run._tag !== "List") {
    const isText = run._tag === "Text" || run._tag === "Computed" || (run._tag === "Literal" && run.value !== null)
    cursor.complain(
      run.span,
      `${title}: run must be a list of the program and its arguments`,
      isText ? "write run: [program, argument], or add shell: true" : "write run: [program, argument]"
    )
    return
  }
  const [program] = run.items
  if (program === undefined) cursor.complain(run.span, `${title}: run is empty`, "write run: [program, argument]")
  else if (program._tag === "Literal" && (typeof program.value !== "string" || program.value === "")) {
    cursor.complain(program.span, `${title}: run starts with the name of a program`)
  }
  for (const [index, item] of run.items.entries()) {
    if (item._tag !== "List" && item._tag !== "Map" && !(item._tag === "Literal" && item.value === null)) continue
    const found = item._tag === "List" ? "a list" : item._tag === "Map" ? "a map" : "nothing"
    const hint = item._tag === "Map" ? "braces and colons need quotes" : undefined
    cursor.complain(item.span, `${title}: run: argument ${index} must be text or a number, not ${found}`, hint)
  }
}

/** An output as far as it could be decoded: others may refer to its port all the same. */
interface NamedOutput {
  readonly port: string
  readonly output: CommandOutput | undefined
}

const portOf = ({ port }: NamedOutput): string => port

const decodeOutputs = (cursor: Cursor, title: string, field: Field, offer: Offer): ReadonlyArray<NamedOutput> => {
  const taken = new Map<string, string>()
  return cursor.fields(field.value, `${title}: outputs`, field.keySpan).map((output) => {
    const decoded = decodeOutput(cursor, `${title}: output "${output.key}"`, output, offer)
    const path = decoded?.path._tag === "Literal" ? foldedPath(String(decoded.path.value)) : undefined
    const other = path === undefined ? undefined : taken.get(path)
    if (other !== undefined)
      cursor.complain(output.keySpan, `${title}: outputs "${other}" and "${output.key}" are one file`)
    if (path !== undefined) taken.set(path, output.key)
    return { port: output.key, output: decoded }
  })
}

const decodeOutput = (
  cursor: Cursor,
  title: string,
  { key, keySpan, value }: Field,
  offer: Offer
): CommandOutput | undefined => {
  if (!NAME.test(key)) cursor.complain(keySpan, `${title}: ${NAME_RULE}`)
  if (!cursor.isMapping(value, title, keySpan, `write { path: ${cursor.scalar(value) ?? "out.csv"}, kind: Table }`)) {
    return undefined
  }
  const record = cursor.record(value, title, ["path", "kind"], keySpan)
  const kind = cursor.text(record.kind, `${title}: kind`)
  if (record.path === undefined)
    cursor.complain(keySpan, `${title}: the path is missing`, "{ path: out.csv, kind: Table }")
  if (record.kind === undefined) {
    cursor.complain(keySpan, `${title}: the kind is missing`, `(kinds: ${ARTIFACT_KINDS.join(", ")})`)
  }
  const path = record.path && readTemplate(cursor, record.path.value, record.path.keySpan)
  if (path !== undefined) checkPath(cursor, title, path, offer)
  if (path === undefined || kind === undefined) return undefined
  if (!isArtifactKind(kind.value)) {
    cursor.unknown(kind.span, `${title}: unknown kind`, kind.value, "kinds", ARTIFACT_KINDS)
    return undefined
  }
  return { port: key, portSpan: keySpan, path, kind: { value: kind.value, span: kind.span } }
}

const checkPath = (cursor: Cursor, title: string, path: Template, offer: Offer): void => {
  checkNames(cursor, `${title}: path`, path, offer)
  if (path._tag === "Text" || path._tag === "Computed") return
  if (path._tag !== "Literal" || typeof path.value !== "string") {
    cursor.complain(path.span, `${title}: the path must be text`)
  } else if (leavesFolder(path.value) || normalPath(path.value) === "") {
    cursor.complain(path.span, `${title}: the path must be that of a file in the working directory`, "as in out.csv")
  } else {
    const fault = pathFault(path.value)
    if (fault !== undefined) cursor.complain(path.span, `${title}: the path cannot be used: ${fault}`)
  }
}

/** Paths that stay in the folder of the pipeline file. */
const decodeFiles = (cursor: Cursor, title: string, field: Field | undefined): ReadonlyArray<Spanned<string>> =>
  cursor.items(field, `${title}: files`).flatMap((item) => {
    const span = cursor.span(item, field?.keySpan)
    const value = cursor.scalar(item)
    if (typeof value !== "string" || value.trim() === "") {
      cursor.complain(span, `${title}: files must be paths, not ${value === "" ? "empty" : cursor.describe(item)}`)
      return []
    }
    if (leavesFolder(value) || normalPath(value) === "") {
      cursor.complain(span, `${title}: files: "${value}" must lie in the folder of the pipeline file`)
      return []
    }
    const fault = pathFault(value)
    if (fault === undefined) return [{ value, span }]
    cursor.complain(span, `${title}: files: "${value}" cannot be used: ${fault}`)
    return []
  })

/** Names of environment variables; complains of what is none, and of what is named twice. */
export const decodeVariables = (
  cursor: Cursor,
  title: string,
  field: Field | undefined
): ReadonlyArray<Spanned<string>> => {
  const seen = new Set<string>()
  return cursor.items(field, title).flatMap((item) => {
    const span = cursor.span(item, field?.keySpan)
    const value = cursor.scalar(item)
    if (typeof value !== "string" || !VARIABLE.test(value)) {
      const found = typeof value === "string" ? `"${value}"` : cursor.describe(item)
      const hint =
        typeof value === "string" && value.includes("=") ? "only names: values come from the environment" : "as in LANG"
      cursor.complain(span, `${title} takes names of environment variables, not ${found}`, hint)
      return []
    }
    if (RESERVED_VARIABLES.has(value)) {
      cursor.complain(span, `${title}: ${value} is set for each attempt and never part of a key`)
      return []
    }
    if (seen.has(value)) {
      cursor.complain(span, `${title} names ${value} twice`)
      return []
    }
    seen.add(value)
    return [{ value, span }]
  })
}
