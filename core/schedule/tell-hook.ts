/** Tells a hook: a program that reads a document, or an address to which it is posted; again and again until it was heard. */
import { spawn } from "node:child_process"
import { Clock, Effect } from "effect"
import { pauseAfter } from "../document/Backoff.ts"
import { messageOf } from "../document/message-of.ts"
import type { HookDocument, HookTarget } from "../document/PipelineDocument.ts"
import { Redaction } from "../run/Redaction.ts"
import type { Notice } from "./Notice.ts"
import type { Schedule } from "./Schedule.ts"
import type { OwnEvent } from "./ScheduleEvent.ts"

/** How often it is tried, and the pauses between: some three minutes in all. */
const ATTEMPTS = 5
const BACKOFF = { delay: 2000, factor: 4, longest: 300_000 }

/** What came of telling a hook. */
export interface Telling {
  readonly outcome: "delivered" | "given up"
  readonly attempts: number
  /** Why not, with no secret in it. */
  readonly detail: string | undefined
}

/** Why one attempt was in vain, and whether another may help. */
interface Refusal {
  readonly why: string
  readonly isFinal: boolean
}

type Variables = { readonly [name: string]: string | undefined }

/** Tells a hook of something. Does not fail; interrupted, it has said nothing, or all, and nobody knows which. */
export const tellHook = Effect.fnUntraced(function* (
  { target, timeout }: Pick<HookDocument, "target" | "timeout">,
  notice: Notice,
  variables: Variables
) {
  const redaction = new Redaction(secretsOf(target, variables))
  for (let attempt = 1; ; attempt++) {
    const refusal = yield* tellOnce(target, timeout, notice, variables)
    if (refusal === undefined) return { outcome: "delivered", attempts: attempt, detail: undefined } satisfies Telling
    if (refusal.isFinal || attempt === ATTEMPTS)
      return { outcome: "given up", attempts: attempt, detail: redaction.text(refusal.why) } satisfies Telling
    yield* Effect.sleep(pauseAfter(BACKOFF, attempt))
  }
})

/** Tells the hook that a notice is for, and says what came of that. */
export const tellNotice = Effect.fnUntraced(function* (
  { hooks, id: schedule }: Pick<Schedule, "hooks" | "id">,
  notice: Notice
) {
  const hook = hooks[notice.hook]
  const telling: Telling =
    hook === undefined
      ? { outcome: "given up", attempts: 0, detail: "the hook is no longer in its file" }
      : yield* Effect.catchDefect(tellHook(hook, notice, process.env), (defect) =>
          Effect.succeed({ outcome: "given up", attempts: 1, detail: messageOf(defect) } satisfies Telling)
        )
  const { attempts, detail, outcome } = telling
  const at = yield* Clock.currentTimeMillis
  const event = { _tag: "Notified", at, schedule, notice: notice.id, outcome, attempts } as const
  return { ...event, ...(detail === undefined ? {} : { detail }) } satisfies OwnEvent
})

const secretsOf = (target: HookTarget, variables: Variables): { readonly [name: string]: string } => {
  const names =
    target._tag === "Command"
      ? target.secrets
      : ["variable" in target.address ? target.address.variable : undefined, target.token]
  return Object.fromEntries(names.flatMap((name) => (name === undefined ? [] : [[name, variables[name] ?? ""]])))
}

const tellOnce = (
  target: HookTarget,
  timeout: number,
  notice: Notice,
  variables: Variables
): Effect.Effect<Refusal | undefined> =>
  target._tag === "Command"
    ? runCommand(target, timeout, notice, variables)
    : Effect.promise((signal) => post(target, timeout, notice, variables, signal))

/** Variables by which a program finds others, its user's files, and its language. */
const USUAL = ["PATH", "HOME", "USER", "LANG", "LC_ALL", "TZ", "TMPDIR", "SYSTEMROOT"]

const runCommand = (
  { environment, run: [program = "", ...words], secrets }: Extract<HookTarget, { readonly _tag: "Command" }>,
  timeout: number,
  { body, id }: Notice,
  variables: Variables
): Effect.Effect<Refusal | undefined> =>
  Effect.callback((resume) => {
    const env = Object.fromEntries([...USUAL, ...environment, ...secrets].map((name) => [name, variables[name]]))
    const child = spawn(program, words, {
      env: { ...env, PIPELINE_NOTICE: id },
      stdio: ["pipe", "ignore", "pipe"],
      timeout,
      killSignal: "SIGKILL"
    })
    const said: Array<Buffer> = []
    child.stderr.on("data", (piece: Buffer) => {
      if (said.length < MOST_PIECES) said.push(piece)
    })
    // One that does not read what there is to say has still been told.
    child.stdin.on("error", () => undefined)
    child.stdin.end(`${JSON.stringify(body)}\n`)
    const end = (why: string | undefined, isFinal = false): void =>
      resume(Effect.succeed(why === undefined ? undefined : { why, isFinal }))
    child.once("error", (error) => end(error.message, true))
    child.once("exit", (status, signal) => {
      const [last = ""] = Buffer.concat(said).toString("utf8").trim().split("\n").slice(-1)
      const words = last === "" ? "" : `: ${last.slice(0, 200)}`
      if (status === 0) end(undefined)
      else end(signal === null ? `it ended with ${status}${words}` : `it was ended by ${signal}${words}`)
    })
    return Effect.sync(() => child.kill("SIGKILL"))
  })

/** Pieces of standard error that are kept. */
const MOST_PIECES = 16

const post = async (
  { address, token }: Extract<HookTarget, { readonly _tag: "Webhook" }>,
  timeout: number,
  { body, id }: Notice,
  variables: Variables,
  interrupted: AbortSignal
): Promise<Refusal | undefined> => {
  const url = "url" in address ? address.url : variables[address.variable]
  if (url === undefined || url === "")
    return { why: `the variable ${"variable" in address ? address.variable : ""} is not set`, isFinal: true }
  const bearer = token === undefined ? undefined : variables[token]
  if (token !== undefined && !bearer) return { why: `the variable ${token} is not set`, isFinal: true }
  try {
    const { ok, status } = await fetch(url, {
      method: "POST",
      body: JSON.stringify(body),
      headers: {
        "content-type": "application/json",
        "idempotency-key": id,
        ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` })
      },
      // Whoever answers with another address might be told a secret.
      redirect: "error",
      signal: AbortSignal.any([interrupted, AbortSignal.timeout(timeout)])
    })
    if (ok) return undefined
    // Asked too often, or too slow an answer; all other complaints of this kind stay.
    return { why: `it answered with ${status}`, isFinal: status < 500 && status !== 408 && status !== 429 }
  } catch (cause) {
    const reason = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause
    return { why: messageOf(reason), isFinal: false }
  }
}
