import { Worker } from "node:worker_threads"
import { assert, layer } from "@effect/vitest"
import { Context, Effect, Layer } from "effect"
import { AttemptTurns } from "../../../core/run/AttemptTurns.ts"
import type { StageRequest } from "../../../core/run/Executor.ts"
import type { AttemptMessage, FromWorker, ToWorker, WorkerSettings } from "../../../core/run/worker-protocol.ts"
import { EFFECT } from "../code/stage-project.ts"
import { HELPER, stageWith, WORKER } from "./stage-bundles.ts"

/** A worker thread, spoken to in its own words. */
class Conversation extends Context.Service<
  Conversation,
  {
    readonly post: (message: ToWorker) => void
    /** All messages up to the one that ends the attempt. */
    readonly untilEnd: Effect.Effect<ReadonlyArray<AttemptMessage>>
    /** A message of this kind in the current attempt. */
    readonly until: (tag: AttemptMessage["_tag"]) => Effect.Effect<void>
  }
>()("test/Conversation") {}

const ENDS: ReadonlySet<string> = new Set(["Succeeded", "Failed", "Interrupted"])

const conversation = Effect.map(
  Effect.acquireRelease(
    Effect.sync(() => {
      const workerData: WorkerSettings = {
        effectModule: EFFECT,
        helperModule: HELPER.href,
        mustSync: true,
        wantsSpans: true
      }
      return new Worker(WORKER, { workerData })
    }),
    (worker) => Effect.promise(() => worker.terminate())
  ),
  (worker) => {
    let heard: Array<AttemptMessage> = []
    const when = (holds: (message: AttemptMessage) => boolean) =>
      Effect.callback<void>((resume) => {
        if (heard.some(holds)) return resume(Effect.void)
        const listen = (said: FromWorker): void => {
          if (said._tag !== "About" || !holds(said.message)) return
          worker.off("message", listen)
          resume(Effect.void)
        }
        worker.on("message", listen)
      })
    worker.on("message", (said: FromWorker) => {
      if (said._tag === "About") heard.push(said.message)
    })
    return Conversation.of({
      post: (message) => worker.postMessage(message),
      until: (tag) => when(({ _tag }) => _tag === tag),
      untilEnd: Effect.map(
        when(({ _tag }) => ENDS.has(_tag)),
        () => {
          const all = heard
          heard = []
          return all
        }
      )
    })
  }
)

/** One attempt to be executed. */
const run = (request: StageRequest): ToWorker => ({
  _tag: "Run",
  attempts: [{ id: 0, request }],
  turns: AttemptTurns.ofBundle(1).states
})

/** What a worker says about an attempt. */
const messagesAbout = (request: StageRequest) =>
  Effect.gen(function* () {
    const { post, untilEnd } = yield* Conversation
    post(run(request))
    return yield* untilEnd
  })

/** The attempt's result. */
const succeeded = (messages: ReadonlyArray<AttemptMessage>) => {
  const last = messages.at(-1)
  assert(last?._tag === "Succeeded", JSON.stringify(last))
  return last.result
}

// One thread for all: attempts follow each other in it, as they do in a pool.
layer(Layer.effect(Conversation, conversation), { excludeTestServices: true })("a worker", (it) => {
  it.effect("answers with outputs, metrics and measures", () =>
    Effect.gen(function* () {
      const request = yield* stageWith(`
        yield* Metric.record("n", n)
        let sum = 0
        for (let i = 0; i < 3e7; i++) sum = (sum + i * n) % 1000
        return { value: [n + 0 * sum] }`)
      const result = succeeded(yield* messagesAbout(request(7)))
      assert.strictEqual(
        Buffer.from(result.outputs["value"]?.[0]?.bytes ?? [])
          .toString()
          .trim(),
        "[7]"
      )
      assert.deepStrictEqual(result.metrics, { n: 7 })
      assert.isAbove(result.peakMemory, 1e6)
      // A loop keeps the processor busy, unless others have it.
      if (typeof process.threadCpuUsage === "function") assert.isAbove(result.cpuMillis, 1)
    })
  )

  it.effect("passes on no more lines than somebody reads, also of what fails", () =>
    Effect.gen(function* () {
      const request = yield* stageWith(`
        for (let line = 0; line < 5000; line++) console.log(line)
        if (n > 0) throw new Error("late")
        return { value: null }`)
      for (const n of [0, 1]) {
        const messages = yield* messagesAbout(request(n))
        const lines = messages.flatMap((message) => (message._tag === "Log" ? [message.line.message] : []))
        assert.lengthOf(lines, 1021)
        assert.strictEqual(lines.at(-1), "4999")
      }
    })
  )

  it.effect("makes log lines of what a stage logs and of what it prints, with their levels, in order", () =>
    Effect.gen(function* () {
      const request = yield* stageWith(`
        yield* Effect.logWarning("careful", n)
        console.log("printed %d", n)
        console.error(new Map([[1, 2]]))
        yield* Effect.log("plain")
        return { value: null }`)
      const messages = yield* messagesAbout(request(3))
      const lines = [
        { level: "warning", message: "careful 3" },
        { level: "info", message: "printed 3" },
        { level: "error", message: "Map(1) { 1 => 2 }" },
        { level: "info", message: "plain" }
      ]
      assert.deepStrictEqual(
        messages.flatMap((message) => (message._tag === "Log" ? [message.line] : [])),
        lines
      )
      assert.deepStrictEqual(succeeded(messages).logs, lines)
    })
  )

  it.effect("passes the first and the last report of progress on, and few between them", () =>
    Effect.gen(function* () {
      const request = yield* stageWith(`
        const report = yield* Progress.Progress
        for (let done = 0; done <= n; done++) report({ done, total: n, unit: "steps" })
        return { value: null }`)
      const messages = yield* messagesAbout(request(10_000))
      const reports = messages.flatMap((message) => (message._tag === "Progress" ? [message.report.done] : []))
      assert.strictEqual(reports[0], 0)
      assert.strictEqual(reports.at(-1), 10_000)
      assert.isBelow(reports.length, 1000)
    })
  )

  it.effect.each<readonly [string, string, RegExp]>([
    ["its tag and words when it is the stage's own", "return yield* new Odd({ n })", /^Odd: 1 is odd$/u],
    ["as a defect, with its place", 'throw new TypeError("a slip")', /^Defect: a slip \(.*stage\.ts:20:11\)$/u],
    ["as a defect when what is thrown is no error", 'throw "a word"', /^Defect: a word$/u],
    [
      "when a promise is rejected",
      'yield* Effect.promise(() => Promise.reject(new Error("late")))',
      /^Defect: late \(.*stage\.ts:20:48\)$/u
    ],
    [
      "when an output is one too many",
      "return { value: 1, other: 2 }",
      /^OutputInvalid: it returned an output "other"/u
    ],
    ["when an output is not of its kind", "return { value: () => 1 }", /^OutputInvalid: output "value": /u]
  ])("tells a failure %s", ([, body, words]) =>
    Effect.gen(function* () {
      const last = (yield* messagesAbout((yield* stageWith(body))(1))).at(-1)
      assert(last?._tag === "Failed")
      assert.match(`${last.tag}: ${last.message}`, words)
    })
  )

  it.effect("refuses a bundle whose bytes are not those of its digest", () =>
    Effect.gen(function* () {
      const request = (yield* stageWith("return { value: 1 }"))(1)
      const other = (yield* stageWith("return { value: 2 }"))(1)
      const mixed = { ...request, code: { ...request.code, bundleFile: other.code.bundleFile } }
      const last = (yield* messagesAbout(mixed)).at(-1)
      assert(last?._tag === "Failed")
      assert.strictEqual(last.tag, "CodeError")
      assert.include(last.message, "is damaged")
    })
  )

  it.effect("says that it stopped when it was told to, and takes the next attempt", () =>
    Effect.gen(function* () {
      const request = yield* stageWith(`
        if (n > 0) { yield* Effect.log("begun"); yield* Effect.never }
        return { value: thread.calls }`)
      const { post, until, untilEnd } = yield* Conversation
      post(run(request(1)))
      yield* until("Log")
      post({ _tag: "Interrupt", id: 0 })
      assert.strictEqual((yield* untilEnd).at(-1)?._tag, "Interrupted")
      // One that comes when nothing runs is late, not wrong.
      post({ _tag: "Interrupt", id: 0 })
      post(run(request(0)))
      assert.strictEqual((yield* untilEnd).at(-1)?._tag, "Succeeded")
    })
  )

  it.effect("hands over the bytes of a large output whole", () =>
    Effect.gen(function* () {
      const request = yield* stageWith("return { value: 'y'.repeat(n) }")
      const result = succeeded(yield* messagesAbout(request(100_000)))
      const text = Buffer.from(result.outputs["value"]?.[0]?.bytes ?? []).toString()
      assert.strictEqual(JSON.parse(text), "y".repeat(100_000))
    })
  )
})
