/** What was known of stage types when a plan or a run began: the store is asked once for each, not once for each task. */
import type { ActionStore } from "../store/ActionStore.ts"

export type PastResults = Pick<ActionStore["Service"], "ofTask" | "history" | "ofFamily">

/** Answers from the store; what has been answered about a stage type stays as it was. */
export const pastResults = (actions: PastResults): PastResults => {
  const histories = new Map<string, ReturnType<PastResults["history"]>>()
  const history: PastResults["history"] = (stageType, limit) => {
    const name = `${stageType} ${limit ?? ""}`
    const known = histories.get(name) ?? actions.history(stageType, limit)
    histories.set(name, known)
    return known
  }
  return {
    history,
    ofTask: (stageType, task, limit) =>
      history(stageType, 1).length === 0 ? [] : actions.ofTask(stageType, task, limit),
    ofFamily: actions.ofFamily
  }
}
