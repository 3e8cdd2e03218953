import { fileURLToPath } from "node:url"
import { assert, describe, it, layer } from "@effect/vitest"
import { Effect, Fiber, Layer } from "effect"
import type { AttemptWatch, StageRequest } from "../../../core/run/Executor.ts"
import { ProcessHost } from "../../../core/run/ProcessHost.ts"
import { WorkerPool } from "../../../core/run/WorkerPool.ts"
import { EFFECT } from "../code/stage-project.ts"
import { HELPER, HOST, stageWith, WORKER, WORKER_PROCESS } from "./stage-bundles.ts"
import { TEAM_BODY } from "./team-stage.ts"

/** The sources run as they lie. */
const ROOT = fileURLToPath(new URL("../../..", import.meta.url))

const poolWith = (helperModule: URL) =>
  WorkerPool.layer({
    effectModule: EFFECT,
    workerModule: WORKER,
    helperModule,
    processModule: WORKER_PROCESS,
    program: ROOT
  }).pipe(Layer.provide(ProcessHost.layer({ hostModule: HOST })))

const SILENT: AttemptWatch = { onProgress: () => {}, onLog: () => {} }

const executed = (request: StageRequest, watch = SILENT) =>
  Effect.flatMap(WorkerPool, (executor) => executor.execute(request, watch))

/** The value that an attempt makes. */
const madeBy = (request: StageRequest) =>
  Effect.map(
    executed(request),
    ({ outputs }) => JSON.parse(Buffer.from(outputs["value"]?.[0]?.bytes ?? []).toString()) as unknown
  )

/** Notes n numbers, in as many calls; gives their sum, the calls that threads have done, and how many threads there are. */
const NOTING = `${TEAM_BODY}
  const numbers = new Float64Array(memory.buffer, 4096, n)
  const calls = Array.from({ length: n }, (_, i) => [4096 + 8 * i, i + 0.5])
  call("note", calls, { address: 0, bytes: 64 })
  const counts = Array.from({ length: team.threads }, (_, i) => new Int32Array(memory.buffer, 64 * i, 1)[0])
  return { value: { isRight: numbers.every((x, i) => x === i + 0.5), counts, threads: team.threads } }`

interface Noted {
  readonly isRight: boolean
  readonly counts: ReadonlyArray<number>
  readonly threads: number
}

const sum = (numbers: ReadonlyArray<number>): number => numbers.reduce((total, x) => total + x, 0)

layer(poolWith(HELPER), { excludeTestServices: true })("a team", (it) => {
  it.effect.each([0, 1, 2, 3, 4])("does each call once, with %d helpers", (helpers) =>
    Effect.gen(function* () {
      const request = yield* stageWith(NOTING)
      for (const n of [0, 1, 2, 7, 1000, 9000]) {
        const { counts, isRight, threads } = (yield* madeBy(request(n, { helpers }))) as Noted
        assert.isTrue(isRight)
        assert.strictEqual(sum(counts), n)
        assert.strictEqual(threads, helpers + 1)
      }
    })
  )

  it.effect("is one thread where packages run", () =>
    Effect.gen(function* () {
      // It goes by the text of the code.
      const request = yield* stageWith(`yield* Effect.log('import("yaml")')\n${NOTING}`)
      assert.deepInclude(yield* madeBy(request(9, { helpers: 2 })), { counts: [9], threads: 1 })
    })
  )

  it.effect("is there in a process too, whose attempt is held to a limit", () =>
    Effect.gen(function* () {
      const request = yield* stageWith(NOTING)
      const { counts, threads } = (yield* madeBy(request(1000, { helpers: 2, memory: 2 ** 28 }))) as Noted
      assert.strictEqual(threads, 3)
      assert.strictEqual(sum(counts), 1000)
    })
  )

  it.effect("lets no attempt start threads, although helpers are some", () =>
    Effect.gen(function* () {
      const request = yield* stageWith(`${TEAM_BODY}
        const maker = Object.getPrototypeOf(() => {})["construct" + "or"]
        const { Worker } = maker("return process")().getBuiltinModule("worker_threads")
        return { value: new Worker("", { eval: true }).threadId }`)
      const { message } = yield* Effect.flip(executed(request(0, { helpers: 1, memory: 2 ** 28 })))
      assert.match(message, /^a thread is not for stages/u)
    })
  )

  it.effect("fails an attempt with what a call throws, and serves the next", () =>
    Effect.gen(function* () {
      const failing = yield* stageWith(`${TEAM_BODY} call("trap", Array.from({ length: 50 }, () => []))`)
      const { tag, message } = yield* Effect.flip(executed(failing(0, { helpers: 2 })))
      assert.strictEqual(tag, "Defect")
      assert.match(message, /^unreachable/u)
      const request = yield* stageWith(NOTING)
      assert.deepInclude(yield* madeBy(request(100, { helpers: 2 })), { isRight: true })
    })
  )

  it.effect.each<readonly [string, string, RegExp]>([
    ["an export that there is not", 'call("other", [[]])', /^the module exports no function "other"/u],
    ["calls of different lengths", 'call("note", [[0, 1], [0]])', /^calls differ in how many arguments/u],
    [
      "a memory of its own",
      "team.share({ module, memory: new WebAssembly.Memory({ initial: 1, maximum: 2 }), exports })",
      /^helpers need a memory that is shared/u
    ]
  ])("refuses %s", ([, statement, words]) =>
    Effect.gen(function* () {
      const request = yield* stageWith(`${TEAM_BODY}\n${statement}\nreturn { value: 0 }`)
      assert.match((yield* Effect.flip(executed(request(0, { helpers: 1 })))).message, words)
    })
  )

  it.effect.each([
    ["thread", {}],
    ["process", { memory: 2 ** 28 }]
  ] as const)("ends with its %s when calls do not end", ([, more]) =>
    Effect.gen(function* () {
      const request = yield* stageWith(`${TEAM_BODY}
        yield* Effect.log("begun")
        call("spin", [[], [], []])
        return { value: 0 }`)
      const begun = Promise.withResolvers<void>()
      const watch = { ...SILENT, onLog: () => begun.resolve() }
      const fiber = yield* Effect.forkChild(executed(request(1, { helpers: 2, ...more }), watch))
      yield* Effect.promise(() => begun.promise)
      const from = Date.now()
      yield* Fiber.interrupt(fiber)
      assert.isBelow(Date.now() - from, 20_000)
      const noting = yield* stageWith(NOTING)
      assert.deepInclude(yield* madeBy(noting(100, { helpers: 2 })), { isRight: true })
    })
  )
})

describe("a team whose helpers end in the middle of a call", () => {
  it.live("fails its attempt, which says so, and is made anew for the next", () =>
    Effect.gen(function* () {
      const request = yield* stageWith(`${TEAM_BODY}
        const noted = new Int32Array(memory.buffer, 0, 1)
        for (let round = 0; round < 1e6; round++) call("note", [[64, 0], [72, 0]], { address: 0, bytes: 4 })
        return { value: 0 }`)
      const { tag, message } = yield* Effect.flip(executed(request(0, { helpers: 1 })))
      assert.strictEqual(tag, "HelperDied")
      assert.match(message, /^helper thread 1 ended in the middle of a call/u)
      // Those of the attempt before are gone, and others take their place.
      assert.strictEqual((yield* Effect.flip(executed(request(0, { helpers: 1 })))).tag, "HelperDied")
    }).pipe(Effect.provide(poolWith(new URL("./dying-helper.ts", import.meta.url))))
  )
})
