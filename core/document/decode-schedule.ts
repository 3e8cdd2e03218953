/** What stands under `schedule:`: when a pipeline runs by itself, and who is told of it. */
import { Result } from "effect"
import { isMap, isSeq } from "yaml"
import type { Json } from "../stage/ArtifactKind.ts"
import { CRON_WORDS, isTimeZone, parseCron, timeZones } from "./CronLine.ts"
import type { Cursor, Field } from "./Cursor.ts"
import { decodeHooks } from "./decode-hooks.ts"
import { decodeDuration } from "./decode-retries.ts"
import { evaluateTemplate } from "./evaluate-template.ts"
import type { ScheduleDocument } from "./PipelineDocument.ts"
import { parseDuration } from "./quantities.ts"
import { readMap } from "./read-template.ts"
import { NAME, NAME_RULE } from "./reference.ts"
import type { Span } from "./Span.ts"
import { suggestion } from "./suggestion.ts"

const KEYS = [
  "name",
  "cron",
  "timeZone",
  "missed",
  "maxCatchUp",
  "startingDeadline",
  "overlap",
  "jitter",
  "profile",
  "params",
  "recompute",
  "hooks"
] as const

type Fields = { readonly [key in (typeof KEYS)[number]]?: Field }

/** Names that a schedule may use; `undefined` where they are not all known. */
export interface ScheduleNames {
  readonly profiles: ReadonlySet<string> | undefined
  readonly params: ReadonlySet<string> | undefined
}

/** Decodes `schedule:`, a map or a list of such. */
export const decodeSchedules = (
  cursor: Cursor,
  field: Field | undefined,
  known: ScheduleNames
): ReadonlyArray<ScheduleDocument> => {
  if (field === undefined) return []
  const resolved = cursor.resolve(field.value)
  const items: ReadonlyArray<unknown> = isMap(resolved)
    ? [field.value]
    : isSeq(resolved)
      ? resolved.items
      : cursor.items(field, "schedule")
  const schedules = items.flatMap((item) => decodeSchedule(cursor, item, field.keySpan, known) ?? [])
  refuseNamesakes(cursor, schedules)
  return schedules
}

/** What happened to a schedule is kept under its name. */
const refuseNamesakes = (cursor: Cursor, schedules: ReadonlyArray<ScheduleDocument>): void => {
  const taken = new Set<string>()
  for (const { name } of schedules) {
    if (name === undefined) continue
    if (taken.has(name.value)) cursor.complain(name.span, `schedule: another one has the name "${name.value}" already`)
    taken.add(name.value)
  }
}

/** Decodes one schedule; `undefined` after complaints that leave nothing to go on with. */
const decodeSchedule = (
  cursor: Cursor,
  item: unknown,
  otherwise: Span,
  known: ScheduleNames
): ScheduleDocument | undefined => {
  const span = cursor.span(item, otherwise)
  const record: Fields = cursor.record(item, "schedule", KEYS, otherwise)
  const timeZone = decodeTimeZone(cursor, record.timeZone)
  const cron = decodeCron(cursor, record.cron, timeZone, span)
  const missed = choice(cursor, record.missed, "missed", ["skip", "latest", "all"] as const)
  const overlap = choice(cursor, record.overlap, "overlap", ["forbid", "allow", "replace"] as const)
  const name = decodeName(cursor, record.name)
  const rest = {
    name,
    maxCatchUp: decodeCatchUp(cursor, record, missed),
    startingDeadline: decodeDeadline(cursor, record.startingDeadline),
    jitter: decodeJitter(cursor, record.jitter),
    profile: decodeProfile(cursor, record.profile, known.profiles),
    params: decodeParams(cursor, record.params, known.params),
    recompute: decodeRecompute(cursor, record.recompute),
    hooks: decodeHooks(cursor, record.hooks)
  }
  if (cron === undefined || timeZone === undefined || missed === undefined || overlap === undefined) return undefined
  return { span, cron, timeZone, missed, overlap, ...rest }
}

const decodeName = (cursor: Cursor, field: Field | undefined) => {
  const name = cursor.text(field, "schedule: name")
  if (name !== undefined && !NAME.test(name.value))
    cursor.complain(name.span, `schedule: name "${name.value}": ${NAME_RULE}`)
  return name
}

const LINE_RULE = `minute hour day month weekday, with seconds before them where there are six; or ${CRON_WORDS.join(", ")}`

const decodeCron = (
  cursor: Cursor,
  field: Field | undefined,
  timeZone: string | undefined,
  span: Span
): string | undefined => {
  const line = cursor.text(field, "schedule: cron")
  if (field === undefined) cursor.complain(span, "schedule: the cron line is missing", 'add   cron: "30 3 * * 1"')
  if (line === undefined) return undefined
  const parsed = parseCron(line.value, timeZone ?? "UTC")
  if (Result.isSuccess(parsed)) return line.value.trim()
  const { reason, isLine } = parsed.failure
  cursor.complain(line.span, `schedule: "${line.value}" ${reason}`, isLine ? undefined : hintFor(cursor, line.value))
  return undefined
}

const hintFor = (cursor: Cursor, line: string): string => {
  const close = line.startsWith("@") && cursor.isPatient ? suggestion(line, "words", CRON_WORDS) : undefined
  return close ?? LINE_RULE
}

const decodeTimeZone = (cursor: Cursor, field: Field | undefined): string | undefined => {
  const zone = cursor.text(field, "schedule: timeZone")
  if (field === undefined) return "UTC"
  if (zone === undefined) return undefined
  if (isTimeZone(zone.value)) return zone.value
  const close = cursor.isPatient ? suggestion(zone.value, "zones", timeZones()) : undefined
  cursor.complain(zone.span, `schedule: unknown time zone "${zone.value}"`, close ?? "as in Europe/Berlin, or UTC")
  return undefined
}

/** Milliseconds of lateness that have to be allowed: nothing starts to the second, and what starts too late does not run at all. */
const SHORTEST_DEADLINE = 10_000

const decodeDeadline = (cursor: Cursor, field: Field | undefined): number | undefined => {
  const deadline = decodeDuration(cursor, "schedule: startingDeadline", field)
  if (deadline !== undefined && deadline.value < SHORTEST_DEADLINE)
    cursor.complain(deadline.span, "schedule: startingDeadline is 10s at least")
  return deadline?.value
}

/** Missed times that may run one after the other. */
const MOST_CATCH_UP = 1000

const decodeCatchUp = (cursor: Cursor, { maxCatchUp: field }: Fields, missed: string | undefined): number => {
  const most = cursor.number(field, "schedule: maxCatchUp", { least: 1, whole: true })
  if (most !== undefined && most.value > MOST_CATCH_UP)
    cursor.complain(most.span, `schedule: maxCatchUp is ${MOST_CATCH_UP} at most`)
  if (most !== undefined && missed !== undefined && missed !== "all")
    cursor.complain(most.span, `schedule: maxCatchUp says how many missed times run with missed: all, not ${missed}`)
  return most?.value ?? 1
}

/** Milliseconds by which the starts may be put off. None is a jitter too. */
const decodeJitter = (cursor: Cursor, field: Field | undefined): number => {
  const text = field && cursor.scalar(field.value)
  if (text === 0 || (typeof text === "string" && parseDuration(text) === 0)) return 0
  return decodeDuration(cursor, "schedule: jitter", field)?.value ?? 0
}

const decodeProfile = (cursor: Cursor, field: Field | undefined, profiles: ScheduleNames["profiles"]) => {
  const name = cursor.text(field, "schedule: profile")
  if (name !== undefined && profiles !== undefined && !profiles.has(name.value))
    cursor.unknown(name.span, "schedule: unknown profile", name.value, "profiles", profiles)
  return name?.value
}

/** Values that take the place of parameters, as `-S` does. */
const decodeParams = (
  cursor: Cursor,
  field: Field | undefined,
  params: ScheduleNames["params"]
): ScheduleDocument["params"] => {
  if (field === undefined) return {}
  const { entries } = readMap(cursor, field.value, "schedule: params", field.keySpan)
  const values: { [name: string]: Json } = {}
  for (const { key, keySpan, value } of entries) {
    if (params !== undefined && !params.has(key))
      cursor.unknown(keySpan, "schedule: unknown parameter", key, "params", params)
    const evaluated = evaluateTemplate(value, { params: {} })
    if (Result.isSuccess(evaluated)) values[key] = evaluated.success
    else cursor.complain(value.span, `schedule: params: ${key}: a schedule sees no params, only values as they stand`)
  }
  return values
}

/** `all`, `none`, or a number of tasks. */
const decodeRecompute = (cursor: Cursor, field: Field | undefined): ScheduleDocument["recompute"] => {
  if (field === undefined) return "all"
  const value = cursor.scalar(field.value)
  if (value === "all" || value === "none") return value
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 1) return value
  const found = typeof value === "string" ? `"${value}"` : cursor.describe(field.value)
  cursor.complain(
    cursor.span(field.value, field.keySpan),
    `schedule: recompute must be all, none or a number of tasks, not ${found}`,
    "what is cached proves nothing; all is meant where recompute is left out"
  )
  return "all"
}

/** One of a few words; the first when it is left out. */
const choice = <W extends string>(
  cursor: Cursor,
  field: Field | undefined,
  key: string,
  words: readonly [W, ...ReadonlyArray<W>]
): W | undefined => {
  if (field === undefined) return words[0]
  const text = cursor.text(field, `schedule: ${key}`)
  const word = words.find((candidate) => candidate === text?.value)
  if (word === undefined && text !== undefined) {
    cursor.unknown(text.span, `schedule: unknown ${key}`, text.value, key, words)
  }
  return word
}
