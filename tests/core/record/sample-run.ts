/** Events of a small run, and folders for it. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect, type Scope } from "effect"
import type { JournalEvent } from "../../../core/record/JournalEvent.ts"
import * as Digest from "../../../core/store/Digest.ts"

/** A folder that is removed when the scope closes. */
export const temporaryFolder: Effect.Effect<string, never, Scope.Scope> = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "athanor-record-"))),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
)

/** The digest of a text. */
export const digest = (text: string): Digest.Digest => Digest.ofBytes(Buffer.from(text))

/** One event of each kind, about one task. */
export const EVENTS = {
  runStarted: {
    _tag: "RunStarted",
    at: 1000,
    runId: "2026-11-24T10-30-12-brave-euler",
    pipeline: "ntk-study",
    file: "ntk-study.yaml",
    profile: "default",
    params: { widths: [100, 500] },
    targets: [],
    jobs: 2,
    traceId: "t".repeat(32),
    spanId: "run",
    environment: { node: "24" },
    tasks: 1
  },
  hit: { _tag: "TaskHit", at: 1001, task: "circle", key: digest("key"), spanId: "hit" },
  ready: { _tag: "TaskReady", at: 1002, task: "circle", key: digest("key"), spanId: "task", reason: "no result yet" },
  started: { _tag: "AttemptStarted", at: 1003, task: "circle", attempt: 1, worker: "1", spanId: "one" },
  attemptFailed: {
    _tag: "AttemptFailed",
    at: 1004,
    task: "circle",
    attempt: 1,
    error: { tag: "Boom", message: "no", detail: "stack" },
    retryIn: 500
  },
  startedAgain: { _tag: "AttemptStarted", at: 1005, task: "circle", attempt: 2, worker: "2", spanId: "two" },
  finished: {
    _tag: "TaskFinished",
    at: 1006,
    task: "circle",
    attempt: 2,
    key: digest("key"),
    outputs: { points: digest("points") },
    metrics: { loss: 0.5 },
    cpuMillis: 7,
    peakMemory: 8
  },
  failed: { _tag: "TaskFailed", at: 1007, task: "circle" },
  skipped: { _tag: "TaskSkipped", at: 1008, task: "circle", because: "limit failed" },
  log: { _tag: "TaskLog", at: 1003.5, task: "circle", level: "Warn", message: "careful" },
  runFinished: {
    _tag: "RunFinished",
    at: 1009,
    outcome: "success",
    counts: { ran: 1, hit: 0, failed: 0, skipped: 0 }
  }
} as const satisfies { readonly [name: string]: JournalEvent }
