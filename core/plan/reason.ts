/** Why a task has to run, in one phrase, from what ran before. */
import type { ActionRecord } from "../store/ActionRecord.ts"
import { closest, type Difference, differences, type Explained, phrase } from "./why.ts"

/** Why a key is not in the store. */
export interface Explanation {
  /** The earlier result that it was compared with. */
  readonly against: ActionRecord | undefined
  readonly differences: ReadonlyArray<Difference>
  /** `never run`, `new task`, `param width 500→512`, `code of ntk/empirical: jacobianBlock changed; input x changed`. */
  readonly text: string
}

/** Differences named in one phrase. */
const NAMED = 3

/** Explains against the latest result of the task itself, or else the nearest result of its stage type. */
export const explain = (
  now: Explained,
  ofTask: ReadonlyArray<ActionRecord>,
  ofType: () => ReadonlyArray<ActionRecord>
): Explanation => {
  const [own] = ofTask
  const against = own ?? closest(now, ofType())
  if (against === undefined) return { against, differences: [], text: "never run" }
  const found = differences(against, now)
  if (own === undefined) return { against, differences: found, text: "new task" }
  const phrases = found.slice(0, NAMED).map((difference) => phrase(difference, now.parts.stageType))
  const more = found.length > NAMED ? [`${found.length - NAMED} more`] : []
  return { against, differences: found, text: [...phrases, ...more].join("; ") || "its result was lost" }
}
