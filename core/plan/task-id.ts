/** Readable names of tasks: `circle`, `empirical@width=500,init=3`. */
import { isRecord } from "../document/is-record.ts"
import type { Json } from "../stage/ArtifactKind.ts"
import { canonicalText } from "../store/Digest.ts"
import type { JsonMap } from "./Plan.ts"

/** Text that needs no quotes: nothing that separates names, values and ports. */
const PLAIN = /^[\p{L}\p{N}_+-]+(?:\.\d+)?$/u

/** A key of a map that needs no quotes: nothing that separates keys. */
const PLAIN_KEY = /^[\p{L}\p{N}_-]+$/u

/**
 * A matrix value as it stands in a task's name: one spelling for equal values.
 *
 * A map goes by its `name` or `id`, so that two maps may share a spelling; one that has neither is written
 * `depth:2+width:3`, its keys in order.
 */
export const formatValue = (value: Json): string => {
  if (typeof value === "string") return PLAIN.test(value) && !looksTyped(value) ? value : JSON.stringify(value)
  return isRecord(value) ? knownMap(value) : canonicalText(value)
}

/** A map stands in the names of many tasks, and is asked for by others. */
const maps = new WeakMap<JsonMap, string>()

const knownMap = (map: JsonMap): string => {
  const text = maps.get(map) ?? formatMap(map)
  maps.set(map, text)
  return text
}

const formatMap = (map: JsonMap): string => {
  const name = ["name", "id"].flatMap((key) => (Object.hasOwn(map, key) ? [map[key]] : [])).find(isName)
  if (name !== undefined) return formatValue(name)
  const keys = Object.keys(map).sort()
  if (keys.length === 0) return "{}"
  return keys
    .map((key) => `${PLAIN_KEY.test(key) ? key : JSON.stringify(key)}:${formatPart(map[key] ?? null)}`)
    .join("+")
}

const isName = (value: Json | undefined): value is string | number =>
  typeof value === "string" || typeof value === "number"

/** A map within a map is written in full. */
const formatPart = (value: Json): string => (isRecord(value) ? canonicalText(value) : formatValue(value))

// The text "500" and the number 500 are different values and must not share a name.
const looksTyped = (text: string): boolean =>
  text === "true" || text === "false" || text === "null" || /^[+-]?[\d.]/u.test(text)

/** The name of a task. */
export const taskId = (stage: string, matrix: JsonMap): string => {
  const values = Object.entries(matrix).map(([name, value]) => `${name}=${formatValue(value)}`)
  return values.length === 0 ? stage : `${stage}@${values.join(",")}`
}

/** Name of the stage of a task: `empirical` of `empirical@width=500,init=3`. */
export const stageOf = (task: string): string => {
  const at = task.indexOf("@")
  return at < 0 ? task : task.slice(0, at)
}

/** A value in the name of a task, as it is written there. */
export interface WrittenValue {
  readonly name: string
  readonly text: string
}

/** `train@width=500,init="a,b"` taken apart; a name without values is that of a stage. */
export const parseTaskId = (task: string): { readonly stage: string; readonly values: ReadonlyArray<WrittenValue> } => {
  const stage = stageOf(task)
  if (stage.length === task.length) return { stage, values: [] }
  const values = splitValues(task.slice(stage.length + 1)).map((value) => {
    const [name = ""] = value.split("=", 1)
    return { name, text: value.slice(name.length + 1) }
  })
  return { stage, values }
}

/** At the commas between values, not at those within a text, a list or a map. */
const splitValues = (text: string): ReadonlyArray<string> => {
  // Most are numbers and words.
  if (!/["[{]/u.test(text)) return text.split(",")
  const values = [""]
  let depth = 0
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|./gsu)) {
    if (token === "[" || token === "{") depth++
    else if (token === "]" || token === "}") depth--
    if (token === "," && depth === 0) values.push("")
    else values[values.length - 1] += token
  }
  return values
}

/** What a value is made of: a text in quotes, one without, a number, or a list or map, whose end must be counted. */
const PIECE = /"(?:[^"\\]|\\.)*"|[\p{L}\p{N}_+:-]+(?:\.\d+)?|[[{]/uy
const WITHIN = /"(?:[^"\\]|\\.)*"|[^"]/suy
const FIRST = /[\p{L}_][\p{L}\p{N}_-]*@(?=[\p{L}_][\p{L}\p{N}_-]*=)/uy
const KEY = /,?[\p{L}_][\p{L}\p{N}_-]*=/uy

/** Where the name of a task with values that starts at a place in a text ends; `undefined` where none starts. */
export const taskEnd = (text: string, from: number): number | undefined => {
  let at = endOf(FIRST, text, from)
  if (at === undefined) return undefined
  for (let key = endOf(KEY, text, at); key !== undefined; key = endOf(KEY, text, at)) {
    const end = valueEnd(text, key)
    if (end === key) break
    at = end
  }
  return text[at - 1] === "@" ? undefined : at
}

const valueEnd = (text: string, from: number): number => {
  let at = from
  for (let end = endOf(PIECE, text, at); end !== undefined; end = endOf(PIECE, text, at)) {
    at = /[[{]/u.test(text[at] ?? "") ? bracketEnd(text, at) : end
  }
  return at
}

const bracketEnd = (text: string, from: number): number => {
  let [at, depth] = [from, 0]
  do {
    const end = endOf(WITHIN, text, at)
    if (end === undefined) return text.length
    const token = text.slice(at, end)
    if (token === "[" || token === "{") depth++
    else if (token === "]" || token === "}") depth--
    at = end
  } while (depth > 0)
  return at
}

const endOf = (pattern: RegExp, text: string, from: number): number | undefined => {
  pattern.lastIndex = from
  return pattern.test(text) ? pattern.lastIndex : undefined
}

/** A name as a shell leaves it, that takes the quotes away: `count@part=f1.txt` for `count@part="f1.txt"`. */
const unquoted = (task: string): string => task.replaceAll(/"(?:[^"\\]|\\.)*"/gu, (text) => String(JSON.parse(text)))

/** Of the names of tasks the one that somebody means; names without their quotes count where they are those of one alone. */
export const meantTask = (name: string, tasks: Iterable<string>): string | undefined => {
  let found: string | undefined
  for (const task of tasks) {
    if (task === name) return task
    if (!task.includes('"') || unquoted(task) !== name) continue
    if (found !== undefined) return undefined
    found = task
  }
  return found
}

/** Name of the stage of a metric: `train` of `train@width=0.5.loss`. */
export const stageInMetric = (metric: string): string => /^[^.@]*/u.exec(metric)?.[0] ?? ""
