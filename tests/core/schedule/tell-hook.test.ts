import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import { assert, describe, it, onTestFinished } from "vitest"
import type { HookTarget } from "../../../core/document/PipelineDocument.ts"
import type { Notice } from "../../../core/schedule/Notice.ts"
import { PATIENT, type Persistence, tellHook, tellNotice } from "../../../core/schedule/tell-hook.ts"
import { until } from "../../until.ts"

const NOTICE = {
  id: "s@2026-11-26T10:00:00Z/failure/1",
  hook: 0,
  body: { version: 1, event: "failure" }
} as unknown as Notice

interface Heard {
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

type Answer = number | ((response: ServerResponse) => void)

/** Answers with these statuses, one after the other, or in other ways; a silence where there is none. */
const listen = async (...answers: ReadonlyArray<Answer>) => {
  const heard: Array<Heard> = []
  const server = createServer((request, response) => {
    let body = ""
    request.on("data", (piece) => {
      body += piece
    })
    request.on("end", () => {
      const answer = answers[heard.length]
      heard.push({ headers: request.headers, body })
      if (typeof answer === "number")
        response.writeHead(answer, answer === 302 ? { location: "http://127.0.0.1:9/" } : {}).end()
      else answer?.(response)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { heard, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` }
}

/** Tells a hook by a clock that goes on by itself, pauses included. */
const tell = (
  target: HookTarget,
  variables: { readonly [name: string]: string } = {},
  timeout = 5000,
  persistence?: Persistence
) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(tellHook({ target, timeout }, NOTICE, variables, persistence))
    for (;;) {
      if (fiber.pollUnsafe() !== undefined) return yield* Fiber.join(fiber)
      yield* TestClock.adjust("10 minutes")
      yield* Effect.promise(() => new Promise((resolve) => setTimeout(resolve, 5)))
    }
  }).pipe(Effect.provide(TestClock.layer()), Effect.runPromise)

const webhook = (url: string): HookTarget => ({ _tag: "Webhook", address: { url }, token: undefined })

const command = (run: ReadonlyArray<string>, secrets: ReadonlyArray<string> = []): HookTarget => ({
  ...{ _tag: "Command", run, environment: [], secrets }
})

describe("a webhook", () => {
  it("is told as JSON, with an id and a token by which it knows who tells it", async () => {
    const { heard, url } = await listen(204)
    const target: HookTarget = { _tag: "Webhook", address: { variable: "URL" }, token: "TOKEN" }
    assert.deepInclude(await tell(target, { URL: url, TOKEN: "s3cret" }), { outcome: "delivered", attempts: 1 })
    assert.deepStrictEqual(JSON.parse(heard[0]?.body ?? ""), NOTICE.body)
    assert.strictEqual(heard[0]?.headers["idempotency-key"], NOTICE.id)
    assert.strictEqual(heard[0]?.headers.authorization, "Bearer s3cret")
  })

  it("whose address has a password gets that in a header, for no request may have such an address", async () => {
    const { heard, url } = await listen(204, 204)
    const target: HookTarget = { _tag: "Webhook", address: { variable: "URL" }, token: undefined }
    const URL = url.replace("//", "//me:s3%20cret%@")
    assert.deepInclude(await tell(target, { URL }), { outcome: "delivered", attempts: 1 })
    assert.strictEqual(heard[0]?.headers.authorization, `Basic ${btoa("me:s3%20cret%")}`)
    await tell(target, { URL: url.replace("//", "//me:s3%20cret@") })
    assert.strictEqual(heard[1]?.headers.authorization, `Basic ${btoa("me:s3 cret")}`)
  })

  it("whose variable holds no address is given up at once, and that is not shown", async () => {
    const target: HookTarget = { _tag: "Webhook", address: { variable: "URL" }, token: undefined }
    const detail = "its address is none"
    assert.deepStrictEqual(await tell(target, { URL: "s3cret" }), { outcome: "given up", attempts: 1, detail })
  })

  it("is told again where it cannot answer, always with the same id", async () => {
    const { heard, url } = await listen(503, 429, 200)
    assert.deepInclude(await tell(webhook(url)), { outcome: "delivered", attempts: 3 })
    assert.deepStrictEqual(new Set(heard.map(({ headers }) => headers["idempotency-key"])), new Set([NOTICE.id]))
  })

  it.each([
    ["refuses it", [404], 1, "it answered with 404"],
    ["never gets better", [500, 500, 500, 500, 500], 5, "it answered with 500"],
    ["sends us elsewhere", [302, 302, 302, 302, 302], 5, "redirect"]
  ])("that %s is given up", async (_, statuses, attempts, reason) => {
    const { url } = await listen(...statuses)
    const { detail, ...telling } = await tell(webhook(url))
    assert.deepStrictEqual(telling, { outcome: "given up", attempts })
    assert.include(detail, reason)
  })

  it("that never ends its answer is left when it has begun", async () => {
    let isLeft = false
    const { url } = await listen((response) => {
      response.on("close", () => {
        isLeft = true
      })
      response.writeHead(200).write("and")
    })
    assert.deepInclude(await tell(webhook(url), {}, 600_000), { outcome: "delivered" })
    await until(() => isLeft, { within: 2000 })
  })

  it("that does not answer is given up after its time", async () => {
    const { url } = await listen()
    const detail = "it took longer than 20ms"
    assert.deepStrictEqual(await tell(webhook(url), {}, 20), { outcome: "given up", attempts: 5, detail })
  })

  it("whose address nobody has set is given up at once", async () => {
    const target: HookTarget = { _tag: "Webhook", address: { variable: "URL" }, token: undefined }
    assert.deepInclude(await tell(target), { outcome: "given up", attempts: 1, detail: "the variable URL is not set" })
  })
})

describe("a notice", () => {
  it("is for no hook that has taken the place of its own", async () => {
    const span = { file: "p.yaml", start: 0, end: 0 } as never
    const hooks = [{ span, on: ["success"], target: command(["true"]), timeout: 5000 }] as const
    const telling = await Effect.runPromise(tellNotice({ hooks }, NOTICE, PATIENT))
    assert.deepStrictEqual(telling, { outcome: "given up", attempts: 0, detail: "the hook is no longer in its file" })
  })
})

describe("a program", () => {
  it("reads what there is to say, and sees no more of the environment than it is given", async () => {
    const folder = mkdtempSync(join(tmpdir(), "athanor-"))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const variables = { PATH: process.env["PATH"] ?? "", TOKEN: "s3cret", OTHER: "unseen" }
    const script = `cat > "$1/said"; env > "$1/env"`
    const target = command(["sh", "-c", script, "sh", folder], ["TOKEN"])
    assert.deepInclude(await tell(target, variables), { outcome: "delivered", attempts: 1 })
    assert.deepStrictEqual(JSON.parse(readFileSync(join(folder, "said"), "utf8")), NOTICE.body)
    const env = readFileSync(join(folder, "env"), "utf8")
    assert.include(env, `PIPELINE_NOTICE=${NOTICE.id}`)
    assert.include(env, "TOKEN=s3cret")
    assert.notInclude(env, "unseen")
  })

  it("that fails is told again, and what it says of a secret is kept from the journal", async () => {
    const variables = { PATH: process.env["PATH"] ?? "", TOKEN: "s3cret-s3cret" }
    const { attempts, detail } = await tell(
      command(["sh", "-c", 'echo "no entry with $TOKEN" >&2; exit 3'], ["TOKEN"]),
      variables
    )
    assert.strictEqual(attempts, 5)
    assert.strictEqual(detail, "it ended with 3: no entry with ***")
  })

  it("is quoted with what it has said last, and with no part of a secret that is too long to be quoted", async () => {
    const variables = { PATH: process.env["PATH"] ?? "", TOKEN: "s3cret".repeat(50) }
    const script = `for i in $(seq 40); do echo "step $i" >&2; sleep 0.002; done; echo "no entry" >&2; exit 3`
    const once = { attempts: 1, atLast: "given up", onRefusal: () => undefined } as const
    assert.deepInclude(await tell(command(["sh", "-c", script]), variables, 5000, once), {
      detail: "it ended with 3: no entry"
    })
    const long = command(["sh", "-c", 'echo "no entry with $TOKEN, sorry" >&2; exit 3'], ["TOKEN"])
    assert.deepInclude(await tell(long, variables, 5000, once), { detail: "it ended with 3: no entry with ***, sorry" })
  })

  it("that is not there, or does not read, is no harm", async () => {
    const variables = { PATH: process.env["PATH"] ?? "" }
    assert.deepInclude(await tell(command(["/no/such/program"]), variables), { outcome: "given up", attempts: 1 })
    assert.deepInclude(await tell(command(["true"]), variables), { outcome: "delivered", attempts: 1 })
    const { detail } = await tell(command(["sleep", "60"]), variables, 50)
    assert.strictEqual(detail, "it took longer than 50ms")
  })

  it("that takes too long is ended with all that it has started", async () => {
    const folder = mkdtempSync(join(tmpdir(), "athanor-"))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const script = `trap '' TERM; (trap '' TERM; sleep 1; echo > "$1/survivor") & sleep 60`
    const hook = { target: command(["sh", "-c", script, "sh", folder]), timeout: 300 }
    const once = { attempts: 1, atLast: "given up", onRefusal: () => undefined } as const
    const telling = tellHook(hook, NOTICE, { PATH: process.env["PATH"] ?? "" }, once)
    assert.deepInclude(await Effect.runPromise(telling), { detail: "it took longer than 300ms" })
    await new Promise((resolve) => setTimeout(resolve, 1500))
    assert.isFalse(existsSync(join(folder, "survivor")))
  })

  it("that leaves a process behind is told when it has ended itself", async () => {
    const variables = { PATH: process.env["PATH"] ?? "" }
    const folder = mkdtempSync(join(tmpdir(), "athanor-"))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const target = command(["sh", "-c", `sleep 60 & echo $! > "$1/pid"; echo no >&2; exit 3`, "sh", folder])
    const once = { attempts: 1, atLast: "put off", onRefusal: () => undefined } as const
    const telling = await Effect.runPromise(tellHook({ target, timeout: 60_000 }, NOTICE, variables, once))
    assert.deepStrictEqual(telling, { outcome: "put off", attempts: 1, detail: "it ended with 3: no" })
    assert.isTrue(process.kill(Number(readFileSync(join(folder, "pid"), "utf8")), "SIGKILL"))
  })

  it("whose secret nobody has set is not started, and given up at once", async () => {
    const variables = { PATH: process.env["PATH"] ?? "", EMPTY: "" }
    const telling = await tell(command(["true"], ["EMPTY"]), variables)
    assert.deepStrictEqual(telling, { outcome: "given up", attempts: 1, detail: "the variable EMPTY is not set" })
  })

  it("that does not take it is told of before each pause", async () => {
    const said: Array<readonly [why: string, pause: number]> = []
    const onRefusal = (why: string, pause: number): void => void said.push([why, pause])
    const persistence = { attempts: 2, atLast: "put off", onRefusal } as const
    const variables = { PATH: process.env["PATH"] ?? "" }
    const telling = await tell(command(["sh", "-c", "exit 3"]), variables, 5000, persistence)
    assert.deepInclude(telling, { outcome: "put off", attempts: 2 })
    assert.deepStrictEqual(said, [["it ended with 3", 2000]])
  })
})
