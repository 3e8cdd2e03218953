import { assert, describe, it } from "@effect/vitest"
import { Cause, Effect, Exit } from "effect"
import { afterEach, beforeEach, vi } from "vitest"
import { EXIT, type ExitStatus } from "../../../core/cli/exit-status.ts"
import { type CommandError, handle } from "../../../core/cli/handle.ts"
import { UsageError } from "../../../core/cli/UsageError.ts"
import { codeError } from "../../../core/code/CodeError.ts"
import { CodecError } from "../../../core/codec/CodecError.ts"
import { PipelineInvalid } from "../../../core/document/Diagnostic.ts"
import { ResultLost } from "../../../core/record/ResultLost.ts"
import { RunUnknown } from "../../../core/record/RunHistory.ts"
import { ObjectDamaged, StoreTooNew, StoreUnavailable } from "../../../core/store/StoreError.ts"

const complaints: Array<string> = []

vi.mock("../../../core/cli/output.ts", () => ({ printError: (text: string) => complaints.push(text) }))

// The exit status of a test is that of its process.
let before: typeof process.exitCode
beforeEach(() => {
  before = process.exitCode
  complaints.length = 0
})
afterEach(() => {
  process.exitCode = before
})

/** The status that a command with this end leaves. */
const statusOf = (end: Effect.Effect<ExitStatus, CommandError>) =>
  Effect.map(
    handle(Promise.resolve(end), (command) => command),
    () => process.exitCode
  )

const span = { file: "p.yaml", line: 3, column: 5, length: 1 }

describe("handle", () => {
  it.live.each(Object.values(EXIT))("leaves the status %s that a command ends with, without a word", (status) =>
    Effect.gen(function* () {
      assert.strictEqual(yield* statusOf(Effect.succeed(status)), status)
      assert.deepStrictEqual(complaints, [])
    })
  )

  it.live("takes what a look-up in the store throws as a failure of the store, and nothing else", () =>
    Effect.gen(function* () {
      const unreadable = new StoreUnavailable({ operation: "read", path: "/x/actions", cause: new Error("EIO") })
      assert.strictEqual(yield* statusOf(Effect.die(unreadable)), EXIT.unusable)
      assert.deepStrictEqual(complaints, ["error: cannot read /x/actions: EIO"])
      const bug = new RangeError("a bug")
      const exit = yield* Effect.exit(statusOf(Effect.die(bug)))
      assert(Exit.isFailure(exit))
      assert.strictEqual(Cause.squash(exit.cause), bug)
    })
  )

  it.live.each<readonly [number, CommandError, string]>([
    [2, new UsageError({ reason: "there is no such thing" }), "error: there is no such thing"],
    [2, new RunUnknown({ name: "brave", hint: undefined }), 'error: there is no run "brave"'],
    [2, codeError("/x/stage.ts", "it is not right"), "it is not right"],
    [2, new CodecError({ format: "x.npy", reason: "it is too short" }), "it is too short"],
    [
      2,
      new PipelineInvalid({ diagnostics: [{ severity: "error", span, message: "no good" }], texts: new Map() }),
      "p.yaml:3:5  error  no good"
    ],
    [
      4,
      new StoreUnavailable({ operation: "open", path: "/x", cause: new Error("EACCES") }),
      "error: cannot open /x: EACCES"
    ],
    [
      4,
      new ResultLost({ run: "r", task: "a", port: "x", digest: "ab".repeat(32), file: "p.yaml" }),
      "error: run r had a.x (abababababab), but its content is no longer in the store"
    ],
    [
      4,
      new StoreUnavailable({
        operation: "open",
        path: "/x",
        cause: Object.assign(new Error(", odd"), { code: "EROFS" })
      }),
      "error: cannot open /x: the file system is read-only"
    ],
    [
      4,
      new StoreUnavailable({
        operation: "write to",
        path: "/",
        cause: Object.assign(new Error("ENOSPC, write"), { code: "ENOSPC" })
      }),
      "; make room: `pipeline cache stats` says what the store holds"
    ],
    [4, new StoreTooNew({ path: "/x", found: 9, supported: 1 }), "error: /x has store format 9"],
    [4, new ObjectDamaged({ digest: "ab".repeat(32), problem: "content" }), "error: object abababababab is damaged"],
    [4, { _tag: "FigureError", message: "no font" }, "error: no font"]
  ])("leaves status %s for its kind of failure, in one complaint", ([status, error, words]) =>
    Effect.gen(function* () {
      assert.strictEqual(yield* statusOf(Effect.fail(error)), status)
      assert.lengthOf(complaints, 1)
      assert.include(complaints[0], words)
    })
  )
})
