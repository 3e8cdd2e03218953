/** Finds the result that a later one took the place of. */
import { asComputed, type EarlierResult } from "../plan/EarlierResult.ts"
import type { LatestRuns, ResultSource } from "../record/LatestRuns.ts"
import type { Witness } from "./Inquiry.ts"

/** Results of a task that are looked through. */
const MAX_RESULTS = 200

/** Where earlier results are sought. */
export interface EarlierResults {
  readonly actions: ResultSource
  readonly latest: LatestRuns
  /** The one that is wanted of a task, if it is there. */
  readonly wanted?: (task: string) => EarlierResult | undefined
}

/** Looks for the result that is wanted, and then among those that tasks had under a name. */
export const earlierIn =
  ({ actions, latest, wanted = () => undefined }: EarlierResults): Witness["earlier"] =>
  (now, names, content) => {
    const hasContent = ({ record: { outputs } }: EarlierResult): boolean =>
      content !== undefined && outputs[content.port]?.digest === content.digest
    const known = names.flatMap((name) => wanted(name) ?? [])
    const { stageType } = now.parts
    const ofNames = [...new Set(names)].flatMap((task) => [
      ...latest.resultsOf({ stageType, task }, actions, MAX_RESULTS)
    ])
    // A result that was computed anew has taken the place of one with its own key.
    const stored = [...ofNames, ...actions.recordsOf(now.key).toReversed().map(asComputed)]
    const before = stored.filter(({ record }) => record.startedAt < now.startedAt)
    return [...known, ...stored].find(hasContent) ?? known[0] ?? before[0]
  }
