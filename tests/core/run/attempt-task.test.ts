import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { JournalEvent } from "../../../core/record/JournalEvent.ts"
import { type AttemptContext, attemptTask } from "../../../core/run/attempt-task.ts"
import { AttemptFailed } from "../../../core/run/Executor.ts"
import { Ledger } from "../../../core/run/Ledger.ts"
import { ActionStore } from "../../../core/store/ActionStore.ts"
import { INLINE_LIMIT } from "../../../core/store/Artifact.ts"
import { ArtifactStore } from "../../../core/store/ArtifactStore.ts"
import { StoreUnavailable } from "../../../core/store/StoreError.ts"
import { inStore, temporaryFolder } from "../store/sample-store.ts"
import { attempted, fakeExecutor } from "./FakeExecutor.ts"
import { sketched } from "./sketched-plan.ts"

const LARGE = "x".repeat(INLINE_LIMIT)

/** One task in a new store, with a journal that only remembers, and what was there when each event came. */
const setting = Effect.gen(function* () {
  const actions = yield* ActionStore
  const artifacts = yield* ArtifactStore
  const ledger = new Ledger(sketched([{ id: "a" }]), [], { engine: "13.6" })
  const keyed = ledger.keyed(0)
  const seen: Array<string> = []
  const see = (what: string): void => {
    const record = actions.find(keyed.key)
    const isWhole = record !== undefined && Object.values(record.outputs).every(artifacts.isPresent)
    seen.push(`${what}: ${isWhole ? "record" : "nothing"}`)
  }
  const events: Array<JournalEvent> = []
  const append = (event: JournalEvent): void => {
    events.push(event)
    see(event._tag)
  }
  const context: AttemptContext = {
    ledger,
    journal: {
      append: (event) => Effect.sync(() => append(event)),
      appendNow: append,
      appendThisTurn: append,
      appendLater: append
    },
    runId: "run",
    traceId: "0".repeat(32),
    onProgress: () => {},
    onTurn: () => {},
    onWaiting: () => {},
    onSpans: () => {},
    onCommitted: (index) => see(`committed ${index}`),
    rest: (_, __, millis) => Effect.sleep(millis),
    devicesOf: () => [],
    coresOf: () => 1,
    onComputed: (index) => see(`computed ${index}`),
    briefOf: () => undefined,
    onOutgrown: () => {}
  }
  return { actions, keyed, context, seen, events }
})

/** Runs a test in a store of its own. */
const inNewStore = <A, E>(effect: Parameters<typeof inStore<A, E>>[1]) =>
  Effect.flatMap(temporaryFolder, (folder) => inStore(folder, effect))

describe("attemptTask", () => {
  it.live("says that an attempt starts before it does, and that a task is done after its record holds", () =>
    inNewStore(
      Effect.gen(function* () {
        const { context, keyed, seen } = yield* setting
        const executor = fakeExecutor(() => Effect.sync(() => void seen.push("execution")).pipe(Effect.as(LARGE)))
        yield* Effect.provide(attemptTask(keyed, false, context), executor.layer)
        assert.deepStrictEqual(seen, [
          "AttemptStarted: nothing",
          "execution",
          "computed 0: nothing",
          "committed 0: record",
          "TaskFinished: record"
        ])
      })
    )
  )

  it.live("keeps the key's parts, the times and the trace with the result", () =>
    inNewStore(
      Effect.gen(function* () {
        const { actions, context, events, keyed } = yield* setting
        const before = Date.now()
        const executor = fakeExecutor(() => Effect.as(Effect.sleep(20), LARGE))
        const { record, computed } = yield* Effect.provide(attemptTask(keyed, false, context), executor.layer)
        assert.isTrue(computed)
        assert.deepStrictEqual(actions.find(keyed.key), record)
        const { key, parts, task, attempt, runId, traceId } = record
        assert.deepStrictEqual(
          { key, parts, task, attempt, runId, traceId },
          { key: keyed.key, parts: keyed.parts, task: "a", attempt: 1, runId: "run", traceId: context.traceId }
        )
        assert.isAtLeast(record.startedAt, before)
        assert.isAtLeast(record.durationMillis, 19)
        assert.isAtMost(record.startedAt + record.durationMillis, Date.now())
        const [started, finished] = events
        assert(started?._tag === "AttemptStarted" && finished?._tag === "TaskFinished")
        assert.strictEqual(record.spanId, started.spanId)
        assert.deepStrictEqual(finished.outputs, { out: record.outputs["out"]!.digest })
      })
    )
  )

  it.live("takes a result that is there when its turn comes, without a word in the journal", () =>
    inNewStore(
      Effect.gen(function* () {
        const { context, keyed, events } = yield* setting
        const executor = fakeExecutor(() => Effect.succeed(LARGE))
        const attempt = Effect.provide(attemptTask(keyed, false, context), executor.layer)
        const first = yield* attempt
        const count = events.length
        assert.deepStrictEqual(yield* attempt, { record: first.record, computed: false })
        assert.lengthOf(executor.requests, 1)
        assert.lengthOf(events, count)
      })
    )
  )

  it.live("replaces a result that is to be computed anew", () =>
    inNewStore(
      Effect.gen(function* () {
        const { actions, context, keyed } = yield* setting
        const executor = fakeExecutor(() => Effect.succeed(executor.requests.length))
        const attempt = (anew: boolean) => Effect.provide(attemptTask(keyed, anew, context), executor.layer)
        const { record: first } = yield* attempt(true)
        const { record: second, computed } = yield* attempt(true)
        assert.isTrue(computed)
        assert.notStrictEqual(second.outputs["out"]?.digest, first.outputs["out"]?.digest)
        assert.deepStrictEqual(actions.find(keyed.key), second)
      })
    )
  )

  it.live("says when a task that is declared to be reproducible gives other bytes than before", () =>
    inNewStore(
      Effect.gen(function* () {
        const { context, events, keyed } = yield* setting
        const values = [1, 1, 2]
        const executor = fakeExecutor(() => Effect.succeed(values[executor.requests.length - 1]))
        const warnings = () => events.flatMap((event) => (event._tag === "TaskLog" ? [event.message] : []))
        const attempt = Effect.provide(attemptTask(keyed, true, context), executor.layer)
        yield* attempt
        yield* attempt
        assert.deepStrictEqual(warnings(), [])
        yield* attempt
        assert.deepStrictEqual(warnings(), [
          "computed anew it gave other bytes (out) than in run run, but test/a is declared bitwise"
        ])
      })
    )
  )

  it.live("leaves neither record nor lock behind when it fails", () =>
    inNewStore(
      Effect.gen(function* () {
        const { actions, context, keyed, seen } = yield* setting
        const failing = fakeExecutor(() => new AttemptFailed({ tag: "Diverged", message: "no", detail: "" }))
        const error = yield* Effect.flip(Effect.provide(attemptTask(keyed, false, context), failing.layer))
        assert.strictEqual(error._tag, "AttemptFailed")
        assert.strictEqual(actions.find(keyed.key), undefined)
        assert.deepStrictEqual(seen, ["AttemptStarted: nothing", "AttemptFailed: nothing"])
        yield* Effect.scoped(actions.lock(keyed.key))
      })
    )
  )

  it.live("fails when the journal does not take the end of its task", () =>
    inNewStore(
      Effect.gen(function* () {
        const { context, keyed } = yield* setting
        const full = new StoreUnavailable({ operation: "write to", path: "journal.jsonl", cause: new Error("full") })
        const journal = { ...context.journal, append: () => full }
        const executor = fakeExecutor()
        const error = yield* Effect.flip(
          Effect.provide(attemptTask(keyed, false, { ...context, journal }), executor.layer)
        )
        assert.strictEqual(error, full)
        assert.deepStrictEqual(attempted(executor), ["a"])
      })
    )
  )
})
