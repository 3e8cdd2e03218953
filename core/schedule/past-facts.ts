/** The runs before one that it can be compared with: of the same pipeline, with the same parameters. */
import { join } from "node:path"
import { Effect } from "effect"
import { isEqual } from "../document/json-values.ts"
import { firstEvent } from "../record/first-event.ts"
import { FILES } from "../record/RunFolder.ts"
import { type PastRun, RunHistory } from "../record/RunHistory.ts"
import type { RunFacts } from "./drift.ts"
import { factsOf } from "./facts-of-run.ts"

/** Runs that are compared with, and runs of whatever pipeline among which they are sought. */
const MOST = { compared: 30, looked: 1000 }

/** The facts of earlier runs, the latest first; whoever started them, and whether or not somebody had scheduled them. */
export const pastFacts = Effect.fnUntraced(function* ({ folder, state: { started } }: PastRun) {
  const history = yield* RunHistory
  const before = (yield* history.list).filter(({ id }) => id < folder.id)
  const facts: Array<RunFacts> = []
  for (const earlier of before.slice(0, MOST.looked)) {
    if (facts.length === MOST.compared) break
    // What cannot be read tells nothing, and hinders nobody.
    const first = yield* Effect.orElseSucceed(
      Effect.try({ try: () => firstEvent(join(earlier.path, FILES.journal)), catch: () => undefined }),
      () => undefined
    )
    if (first?._tag !== "RunStarted" || started === undefined) continue
    const isAlike =
      first.pipeline === started.pipeline &&
      first.profile === started.profile &&
      first.targets.length === 0 &&
      isEqual(first.params, started.params)
    if (!isAlike) continue
    // Long runs take a while to be read: what has its time meanwhile goes first.
    yield* Effect.yieldNow
    const past = yield* Effect.option(history.load(earlier))
    // Of a run that failed or was interrupted it is not known what it would have given.
    if (past._tag === "Some" && past.value.state.outcome === "success") facts.push(factsOf(past.value))
  }
  return facts
})
