/** Finds the result that a later one took the place of. */
import type { ActionRecord } from "../store/ActionRecord.ts"
import type { ActionStore } from "../store/ActionStore.ts"
import type { Witness } from "./Inquiry.ts"

/** Results of a task that are looked through. */
const MAX_RESULTS = 200

/** Looks among the results that `of` knows under a name, and then in the store. */
export const earlierIn =
  (
    actions: Pick<ActionStore["Service"], "ofTask" | "recordsOf">,
    of: (task: string) => ActionRecord | undefined = () => undefined
  ): Witness["earlier"] =>
  (now, names, content) => {
    const hasContent = ({ outputs }: ActionRecord): boolean =>
      content !== undefined && outputs[content.port]?.digest === content.digest
    const known = names.flatMap((name) => of(name) ?? [])
    const ofNames = [...new Set(names)].flatMap((name) => actions.ofTask(now.parts.stageType, name, MAX_RESULTS))
    // A result that was computed anew has taken the place of one with its own key.
    const stored = [...ofNames, ...actions.recordsOf(now.key).toReversed()]
    const before = stored.filter((record) => record.startedAt < now.startedAt)
    return [...known, ...stored].find(hasContent) ?? known[0] ?? before[0]
  }
