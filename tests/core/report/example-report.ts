/** The report of the example run, made from a store in a folder that goes away with the test. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect } from "effect"
import type { Plan } from "../../../core/plan/Plan.ts"
import type { JournalEvent } from "../../../core/record/JournalEvent.ts"
import { fold } from "../../../core/record/RunState.ts"
import { collectReport } from "../../../core/report/collect-report.ts"
import * as Store from "../../../core/store/Store.ts"
import { journal, plan, RUN_ID } from "./example-run.ts"
import { commitExample } from "./example-store.ts"

/** A folder for the length of a scope. */
export const temporaryFolder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "athanor-report-"))),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
)

/** Reports events from a store that holds the results of those in `committed`. */
export const reportOf = Effect.fnUntraced(function* (
  events: ReadonlyArray<JournalEvent>,
  ofPlan: Plan = plan,
  committed: ReadonlyArray<JournalEvent> = events,
  hasDied = false
) {
  const folder = yield* temporaryFolder
  return yield* Effect.gen(function* () {
    yield* commitExample(committed)
    return yield* collectReport({ folder: { id: RUN_ID }, plan: ofPlan, state: fold(events), hasDied })
  }).pipe(Effect.provide(Store.layer(folder)))
}, Effect.scoped)

/** Two stages cached, everything else computed by two workers. */
export const SUCCESS = journal({ workers: 2, cached: ["circle", "limit"], failed: [] })

/** A diverging training, and what could not run for it. */
export const FAILURE = journal({ workers: 4, cached: ["circle", "limit"], failed: ["train-digits@width=500"] })
