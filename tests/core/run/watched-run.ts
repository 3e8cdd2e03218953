/** Runs of plans in a store, with a fake executor, and all that can be seen of them. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { Effect } from "effect"
import type { Plan } from "../../../core/plan/Plan.ts"
import * as Journal from "../../../core/record/Journal.ts"
import type { JournalEvent } from "../../../core/record/JournalEvent.ts"
import { FILES, type RunFolder } from "../../../core/record/RunFolder.ts"
import { Host } from "../../../core/run/Host.ts"
import { RunObserver } from "../../../core/run/RunObserver.ts"
import { type RunOptions, runPlan } from "../../../core/run/run-plan.ts"
import type { ProgressReport } from "../../../core/stage/Progress.ts"
import { SOME_HOST } from "../../some-host.ts"
import { inStore } from "../store/sample-store.ts"
import type { FakeExecutor } from "./FakeExecutor.ts"

const OPTIONS: RunOptions = {
  pipelineText: "name: sketch\n",
  jobs: 1,
  keepGoing: false,
  forced: new Set(),
  targets: [],
  traceParent: undefined
}

export interface Watcher {
  readonly onEvent?: (event: JournalEvent) => void
  readonly onProgress?: (task: string, report: ProgressReport) => void
  readonly onWaiting?: (task: string) => void
}

/** Runs a plan in the store that is provided. */
export const run = (plan: Plan, executor: FakeExecutor, options: Partial<RunOptions> = {}, watcher: Watcher = {}) =>
  runPlan(plan, { ...OPTIONS, ...options }).pipe(
    Effect.provide(executor.layer),
    Effect.provideService(Host, SOME_HOST),
    Effect.provideService(RunObserver, () => ({
      onEvent: watcher.onEvent ?? (() => {}),
      onProgress: watcher.onProgress ?? (() => {}),
      onWaiting: watcher.onWaiting ?? (() => {})
    }))
  )

/** Runs a plan in the store of a folder, opened for it alone, as a process would. */
export const runIn = (
  folder: string,
  plan: Plan,
  executor: FakeExecutor,
  options: Partial<RunOptions> = {},
  watcher: Watcher = {}
) => inStore(folder, run(plan, executor, options, watcher))

/** What the journal of a run says, from the disk. */
export const journalOf = (folder: RunFolder): ReadonlyArray<JournalEvent> =>
  Journal.read(readFileSync(join(folder.path, FILES.journal))).entries.map(({ event }) => event)

/** The tasks that events of one kind are about, in order. */
export const tasksWith = (events: ReadonlyArray<JournalEvent>, tag: JournalEvent["_tag"]): ReadonlyArray<string> =>
  events.flatMap((event) => (event._tag === tag && "task" in event ? [String(event.task)] : []))

/** The events of one kind. */
export const withTag = <Tag extends JournalEvent["_tag"]>(
  events: ReadonlyArray<JournalEvent>,
  tag: Tag
): ReadonlyArray<Extract<JournalEvent, { readonly _tag: Tag }>> =>
  events.filter((event): event is Extract<JournalEvent, { readonly _tag: Tag }> => event._tag === tag)
