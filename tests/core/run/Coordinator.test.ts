/** What the coordinator does about inputs that turn out to be damaged, and about tasks that wait for their next attempt. */
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { AttemptFailed, type LocatedFile, type StageRequest } from "../../../core/run/Executor.ts"
import { INLINE_LIMIT } from "../../../core/store/Artifact.ts"
import * as Digest from "../../../core/store/Digest.ts"
import { temporaryFolder } from "../store/sample-store.ts"
import { attempted, type Behaviour, fakeExecutor } from "./FakeExecutor.ts"
import { sketched, type TaskSketch } from "./sketched-plan.ts"
import { journalOf, runIn, tasksWith, withTag } from "./watched-run.ts"

const filesOf = ({ inputs }: StageRequest): ReadonlyArray<LocatedFile> =>
  Object.values(inputs).flatMap((input) => (input._tag === "One" ? input.files : input.items.flatMap((i) => i.files)))

const digestOf = (file: string): Digest.Digest => Digest.ofBytes(readFileSync(file))

/** Reads all inputs as a worker does: who meets other bytes than were stored fails, and says which object it was. */
const readInputs = (request: StageRequest) =>
  Effect.gen(function* () {
    for (const { content, digest } of filesOf(request)) {
      const isWhole = content._tag === "Inline" || (existsSync(content.file) && digestOf(content.file) === digest)
      if (!isWhole) {
        return yield* new AttemptFailed({ tag: "InputUnreadable", message: "damaged", detail: "", damaged: digest })
      }
    }
  })

/** Each task makes its own name, large enough for an object of its own. */
const honest: Behaviour = (request) => Effect.as(readInputs(request), request.task.padEnd(INLINE_LIMIT + 1, "."))

/** Changes the last byte of every object that the task of a name made, keeping its size. */
const damage = (requests: ReadonlyArray<StageRequest>, consumer: string): void => {
  const request = requests.find(({ task }) => task === consumer)
  for (const { content } of filesOf(request!)) {
    if (content._tag !== "File") continue
    const bytes = readFileSync(content.file)
    bytes[bytes.length - 1]! ^= 1
    // Objects are read-only.
    rmSync(content.file)
    writeFileSync(content.file, bytes)
  }
}

/** Runs tasks, damages what arrived at one of them, and runs that one's successor `changed` of the tasks. */
const afterDamage = (tasks: ReadonlyArray<TaskSketch>, of: string, changed: ReadonlyArray<TaskSketch>) =>
  Effect.gen(function* () {
    const folder = yield* temporaryFolder
    const first = fakeExecutor(honest)
    yield* runIn(folder, sketched(tasks), first)
    damage(first.requests, of)
    const second = fakeExecutor(honest)
    const result = yield* runIn(folder, sketched(changed), second)
    return { result, attempts: attempted(second), events: journalOf(result.folder) }
  })

describe("a damaged object", () => {
  const tasks: ReadonlyArray<TaskSketch> = [{ id: "a" }, { id: "b", needs: ["a"] }]

  it.live("is made again by whoever made it, and who met it goes on", () =>
    Effect.gen(function* () {
      const { result, attempts, events } = yield* afterDamage(tasks, "b", [
        { id: "a" },
        { id: "b", needs: ["a"], code: "new" }
      ])
      assert.strictEqual(result.outcome, "success")
      assert.deepStrictEqual(result.counts, { ran: 2, hit: 0, failed: 0, skipped: 0 })
      assert.deepStrictEqual(attempts, ["b", "a", "b"])
      assert.deepStrictEqual(
        withTag(events, "TaskReady").map(({ task, reason }) => (task === "a" ? reason : task)),
        ["b", "its stored result was damaged", "b"]
      )
      assert.deepStrictEqual(tasksWith(events, "TaskFinished"), ["a", "b"])
    })
  )

  it.live("is made again once for all that met it, and what does not read it does not wait", () =>
    Effect.gen(function* () {
      const { result, attempts } = yield* afterDamage(tasks, "b", [
        { id: "a" },
        { id: "b", needs: ["a"], code: "new" },
        { id: "c", needs: ["a"] },
        { id: "d", needs: ["b", "c"] }
      ])
      assert.deepStrictEqual(result.counts, { ran: 4, hit: 0, failed: 0, skipped: 0 })
      assert.strictEqual(attempts.filter((task) => task === "a").length, 1)
    })
  )

  it.live("far up the chain is met and mended step by step", () =>
    Effect.gen(function* () {
      const chain: ReadonlyArray<TaskSketch> = [{ id: "a" }, { id: "b", needs: ["a"] }, { id: "c", needs: ["b"] }]
      const folder = yield* temporaryFolder
      const first = fakeExecutor(honest)
      yield* runIn(folder, sketched(chain), first)
      damage(first.requests, "b")
      damage(first.requests, "c")
      const second = fakeExecutor(honest)
      const changed = chain.map((task) => (task.id === "c" ? { ...task, code: "new" } : task))
      const { counts } = yield* runIn(folder, sketched(changed), second)
      assert.deepStrictEqual(attempted(second), ["c", "b", "a", "b", "c"])
      assert.deepStrictEqual(counts, { ran: 3, hit: 0, failed: 0, skipped: 0 })
    })
  )

  it.live("that only its reader finds damaged is read once more, and then fails the reader", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const never = fakeExecutor((request) =>
        request.task === "a"
          ? Effect.succeed("a".padEnd(INLINE_LIMIT + 1))
          : new AttemptFailed({
              tag: "InputUnreadable",
              message: "damaged",
              detail: "",
              damaged: filesOf(request)[0]!.digest
            })
      )
      const { counts, outcome } = yield* runIn(folder, sketched(tasks), never)
      assert.strictEqual(outcome, "failure")
      assert.deepStrictEqual(attempted(never), ["a", "b", "b"])
      assert.deepStrictEqual(counts, { ran: 1, hit: 0, failed: 1, skipped: 0 })
    })
  )
})

describe("a task that waits for its next attempt", () => {
  it.live("leaves its cores to others", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const executor = fakeExecutor(({ task, attempt }) =>
        task === "a" && attempt === 1
          ? new AttemptFailed({ tag: "Flaky", message: "not yet", detail: "" })
          : Effect.succeed(task)
      )
      const plan = sketched([{ id: "a", retries: 1 }, { id: "b" }, { id: "c" }])
      const { counts } = yield* runIn(folder, plan, executor, { jobs: 1 })
      assert.deepStrictEqual(attempted(executor), ["a", "b", "c", "a"])
      assert.deepStrictEqual(counts, { ran: 3, hit: 0, failed: 0, skipped: 0 })
    })
  )

  it.live("gets its attempt although another task has failed meanwhile", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const executor = fakeExecutor(({ task, attempt }) =>
        task === "b" || attempt === 1
          ? new AttemptFailed({ tag: "Flaky", message: "no", detail: "" })
          : Effect.succeed(task)
      )
      const plan = sketched([{ id: "a", retries: 1 }, { id: "b" }, { id: "c" }])
      const { counts, outcome } = yield* runIn(folder, plan, executor, { jobs: 1 })
      assert.strictEqual(outcome, "failure")
      assert.deepStrictEqual(attempted(executor), ["a", "b", "a"])
      assert.deepStrictEqual(counts, { ran: 1, hit: 0, failed: 1, skipped: 1 })
    })
  )
})
