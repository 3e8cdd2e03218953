/** The hooks of a schedule: who is told when a run has failed, recovered, drifted or succeeded. */
import { isSeq } from "yaml"
import type { Cursor, Field } from "./Cursor.ts"
import { decodeVariables } from "./decode-command.ts"
import { decodeDuration } from "./decode-retries.ts"
import { HOOK_EVENTS, type HookDocument, type HookEvent, type HookTarget } from "./PipelineDocument.ts"
import type { Span } from "./Span.ts"

const KEYS = ["on", "run", "webhook", "webhookFrom", "tokenFrom", "env", "secrets", "timeout"] as const

type Fields = { readonly [key in (typeof KEYS)[number]]?: Field }

/** Milliseconds that a command or an answer may take, usually and at most. */
const TIMEOUT = { usual: 30_000, most: 86_400_000 } as const

/** Decodes `hooks:` of a schedule. */
export const decodeHooks = (cursor: Cursor, field: Field | undefined): ReadonlyArray<HookDocument> =>
  cursor.items(field, "schedule: hooks").flatMap((item) => {
    const span = cursor.span(item, field?.keySpan)
    const record: Fields = cursor.record(item, "hook", KEYS, field?.keySpan)
    const on = decodeEvents(cursor, record.on, span)
    const target = decodeTarget(cursor, record, span)
    const timeout = decodeTimeout(cursor, record.timeout)
    return target === undefined ? [] : [{ span, on, target, timeout }]
  })

/** One event, or a list of them. */
const decodeEvents = (cursor: Cursor, field: Field | undefined, span: Span): ReadonlyArray<HookEvent> => {
  const resolved = field && cursor.resolve(field.value)
  const items: ReadonlyArray<unknown> = isSeq(resolved) ? resolved.items : field === undefined ? [] : [field.value]
  if (field === undefined || items.length === 0) {
    cursor.complain(span, "hook: it does not say on what", `add   on: [${HOOK_EVENTS.join(", ")}], or some of them`)
    return []
  }
  return items.flatMap((value) => {
    const text = cursor.text({ ...field, value }, "hook: on")
    const event = HOOK_EVENTS.find((candidate) => candidate === text?.value)
    if (text !== undefined && event === undefined)
      cursor.unknown(text.span, "hook: unknown event", text.value, "events", HOOK_EVENTS)
    return event ?? []
  })
}

const decodeTimeout = (cursor: Cursor, field: Field | undefined): number => {
  const timeout = decodeDuration(cursor, "hook: timeout", field)
  if (timeout !== undefined && timeout.value > TIMEOUT.most)
    cursor.complain(timeout.span, "hook: timeout is a day at most")
  return timeout?.value ?? TIMEOUT.usual
}

const decodeTarget = (cursor: Cursor, record: Fields, span: Span): HookTarget | undefined => {
  const given = [record.run, record.webhook, record.webhookFrom].filter((field) => field !== undefined)
  if (given.length !== 1) {
    const hint = given.length === 0 ? "add   run: [./notify.sh]   or   webhook: https://…" : undefined
    cursor.complain(span, "hook: give one of run, webhook and webhookFrom", hint)
    return undefined
  }
  return record.run === undefined ? decodeWebhook(cursor, record) : decodeCommand(cursor, record, record.run)
}

const decodeCommand = (cursor: Cursor, record: Fields, run: Field): HookTarget | undefined => {
  if (record.tokenFrom !== undefined)
    cursor.complain(record.tokenFrom.keySpan, "hook: tokenFrom is for webhooks", "list the variable under secrets:")
  const environment = decodeVariables(cursor, "hook: env", record.env).map(({ value }) => value)
  const secrets = decodeVariables(cursor, "hook: secrets", record.secrets).map(({ value }) => value)
  const items = cursor.items(run, "hook: run")
  const words = items.flatMap((value) => cursor.text({ ...run, value }, "hook: run")?.value ?? [])
  if (words.length === items.length && words.length > 0) return { _tag: "Command", run: words, environment, secrets }
  if (items.length === 0 && isSeq(cursor.resolve(run.value)))
    cursor.complain(run.keySpan, "hook: run is empty", "write run: [program, argument]")
  return undefined
}

const decodeWebhook = (cursor: Cursor, record: Fields): HookTarget | undefined => {
  for (const field of [record.env, record.secrets]) {
    if (field !== undefined)
      cursor.complain(field.keySpan, `hook: ${field.key} is for commands`, "tokenFrom names the variable of a token")
  }
  const token = decodeVariable(cursor, record.tokenFrom)
  if (record.webhookFrom !== undefined) {
    const variable = decodeVariable(cursor, record.webhookFrom)
    return variable === undefined ? undefined : { _tag: "Webhook", address: { variable }, token }
  }
  const url = cursor.text(record.webhook, "hook: webhook")
  if (url === undefined) return undefined
  const problem = problemOf(url.value)
  if (problem === undefined) return { _tag: "Webhook", address: { url: url.value }, token }
  cursor.complain(url.span, `hook: webhook: ${problem.what}`, problem.hint)
  return undefined
}

const problemOf = (text: string): { readonly what: string; readonly hint: string } | undefined => {
  const url = URL.parse(text)
  if (url === null || !/^https?:$/u.test(url.protocol))
    return { what: `"${text}" is no address`, hint: "as in https://example.org/hook" }
  if (url.username === "" && url.password === "") return undefined
  return { what: "the address holds a password", hint: "put it into a variable, and name that: webhookFrom: HOOK_URL" }
}

const decodeVariable = (cursor: Cursor, field: Field | undefined): string | undefined => {
  const name = cursor.text(field, `hook: ${field?.key}`)
  if (name === undefined || /^[A-Za-z_][A-Za-z0-9_]*$/u.test(name.value)) return name?.value
  cursor.complain(name.span, `hook: ${field?.key}: "${name.value}" names no variable`, "letters, digits and _")
  return undefined
}
