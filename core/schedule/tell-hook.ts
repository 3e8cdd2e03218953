/** Tells a hook: a program that reads a document, or an address to which it is posted; again and again until it was heard. */
import { Effect } from "effect"
import { pauseAfter } from "../document/Backoff.ts"
import { messageOf } from "../document/message-of.ts"
import type { HookDocument, HookTarget } from "../document/PipelineDocument.ts"
import { basicAuthorization } from "../observe/basic-authorization.ts"
import { durationText } from "../observe/duration.ts"
import { Redaction } from "../run/Redaction.ts"
import { secretNames, unsetSecrets } from "./hook-variables.ts"
import type { Notice } from "./Notice.ts"
import type { OpenNotice } from "./open-notices.ts"
import type { Schedule } from "./Schedule.ts"
import type { OwnEvent } from "./ScheduleEvent.ts"
import { type Refusal, tellProgram } from "./tell-program.ts"

/** How often it is tried by who has time, and the pauses between: some three minutes in all. */
const ATTEMPTS = 5
const BACKOFF = { delay: 2000, factor: 4, longest: 300_000 }

/** Characters of a reason that are kept. */
const LONGEST = 300

/** What came of telling a hook. */
export interface Telling {
  /** `put off` where another attempt may help, and somebody else is to make it. */
  readonly outcome: "delivered" | "given up" | "put off"
  readonly attempts: number
  /** Why not, with no secret in it. */
  readonly detail: string | undefined
}

/** How long whoever tells goes on. */
export interface Persistence {
  /** Attempts at most. */
  readonly attempts: number
  /** What comes after the last of them. */
  readonly atLast: "given up" | "put off"
  /** Called where another attempt follows; the pause before it is in milliseconds, and no secret is in `why`. */
  readonly onRefusal: (why: string, pause: number) => void
}

/** Whoever has time: goes on until nothing helps. */
export const PATIENT: Persistence = { attempts: ATTEMPTS, atLast: "given up", onRefusal: () => undefined }

/** Whoever is waited for: leaves what is not told soon to the next, which is the last to try. */
export const quick = (isLast: boolean): Persistence => ({
  attempts: 2,
  atLast: isLast ? "given up" : "put off",
  onRefusal: () => undefined
})

type Variables = { readonly [name: string]: string | undefined }

/** Tells a hook of something. Does not fail; interrupted, it has said nothing, or all, and nobody knows which. */
export const tellHook = Effect.fnUntraced(function* (
  { target, timeout }: Pick<HookDocument, "target" | "timeout">,
  notice: Notice,
  variables: Variables,
  { atLast, attempts, onRefusal }: Persistence = PATIENT
) {
  const redaction = new Redaction(Object.fromEntries(secretNames(target).map((name) => [name, variables[name] ?? ""])))
  for (let attempt = 1; ; attempt++) {
    const refusal = yield* tellOnce(target, timeout, notice, variables)
    if (refusal === undefined) return { outcome: "delivered", attempts: attempt, detail: undefined } satisfies Telling
    // Before it is cut: of a secret that is cut nobody would find the rest.
    const detail = redaction.text(refusal.why).slice(0, LONGEST)
    if (refusal.isFinal) return { outcome: "given up", attempts: attempt, detail } satisfies Telling
    if (attempt >= attempts) return { outcome: atLast, attempts: attempt, detail } satisfies Telling
    const pause = pauseAfter(BACKOFF, attempt)
    onRefusal(detail, pause)
    yield* Effect.sleep(pause)
  }
})

/** Tells the hook that a notice is for, unless its file has been changed and another is in its place. */
export const tellNotice = (
  { hooks }: Pick<Schedule, "hooks">,
  notice: Notice,
  persistence: Persistence
): Effect.Effect<Telling> => {
  const hook = hooks[notice.hook]
  if (hook === undefined || !hook.on.includes(notice.body.event))
    return Effect.succeed({ outcome: "given up", attempts: 0, detail: "the hook is no longer in its file" })
  return Effect.catchDefect(tellHook(hook, notice, process.env, persistence), (defect) =>
    Effect.succeed({ outcome: "given up", attempts: 1, detail: messageOf(defect) } as const)
  )
}

/** What the journal keeps of that; nothing where the notice stays open. */
export const notifiedBy = (
  { attempts, detail, outcome }: Telling,
  { notice, schedule }: OpenNotice,
  at: number
): ReadonlyArray<OwnEvent> => {
  if (outcome === "put off") return []
  const event = { _tag: "Notified", at, schedule, notice: notice.id, outcome, attempts } as const
  return [{ ...event, ...(detail === undefined ? {} : { detail }) }]
}

const tellOnce = (
  target: HookTarget,
  timeout: number,
  notice: Notice,
  variables: Variables
): Effect.Effect<Refusal | undefined> => {
  const [unset] = unsetSecrets(target, variables)
  if (unset !== undefined) return Effect.succeed({ why: `the variable ${unset} is not set`, isFinal: true })
  return target._tag === "Command"
    ? tellProgram(target, timeout, notice, variables)
    : Effect.promise((signal) => post(target, timeout, notice, variables, signal))
}

const post = async (
  { address, token }: Extract<HookTarget, { readonly _tag: "Webhook" }>,
  timeout: number,
  { body, id }: Notice,
  variables: Variables,
  interrupted: AbortSignal
): Promise<Refusal | undefined> => {
  const url = URL.parse("url" in address ? address.url : (variables[address.variable] ?? ""))
  if (url === null) return { why: "its address is none", isFinal: true }
  const authorization = token === undefined ? basicAuthorization(url) : `Bearer ${variables[token]}`
  // No request may have an address with a password in it.
  url.username = ""
  url.password = ""
  const late = AbortSignal.timeout(timeout)
  try {
    const {
      body: answer,
      ok,
      status
    } = await fetch(url, {
      method: "POST",
      body: JSON.stringify(body),
      headers: {
        "content-type": "application/json",
        "idempotency-key": id,
        ...(authorization === undefined ? {} : { authorization })
      },
      // Whoever answers with another address might be told a secret.
      redirect: "error",
      signal: AbortSignal.any([interrupted, late])
    })
    // Nobody reads it, and the connection is held until somebody has. Where it breaks off, what was told is told all the same.
    answer?.cancel().catch(() => undefined)
    if (ok) return undefined
    // Asked too often, or too slow an answer; all other complaints of this kind stay.
    return { why: `it answered with ${status}`, isFinal: status < 500 && status !== 408 && status !== 429 }
  } catch (cause) {
    if (late.aborted) return { why: `it took longer than ${durationText(timeout)}`, isFinal: false }
    const reason = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause
    return { why: messageOf(reason), isFinal: false }
  }
}
