/** What was known of stages when a plan or a run began: the store is asked once for each, not once for each task. */
import type { EarlierResult } from "../plan/EarlierResult.ts"
import type { PlanStage } from "../plan/Plan.ts"
import { isCommand, titleOf } from "../plan/why.ts"
import type { LatestRuns, ResultSource } from "../record/LatestRuns.ts"
import type { ActionRecord } from "../store/ActionRecord.ts"
import type { ActionStore } from "../store/ActionStore.ts"

/** Records of a stage's like, the latest first: those of its stage type; of commands, which have one name, those of its own name. */
export type StageHistory = (
  stage: Pick<PlanStage, "id" | "stageType">,
  limit?: number
) => ReturnType<ActionStore["Service"]["history"]>

export interface PastResults extends Pick<ActionStore["Service"], "ofFamily"> {
  readonly history: StageHistory
  /** Those of a stage's like with which a new task of the pipeline can be compared. */
  readonly ofLike: (stage: Pick<PlanStage, "id" | "stageType">) => ReadonlyArray<ActionRecord>
  /** The result that a task had last, whoever computed it. */
  readonly lastOf: (stageType: string, task: string) => EarlierResult | undefined
  /** What such a result was made from, and what others of its run were. */
  readonly latest: Pick<LatestRuns, "taskOf" | "contentIn">
}

/** Asks the store for the history of a stage; what has been answered stays as it was. */
export const stageHistory = ({
  history,
  ofStage
}: Pick<ActionStore["Service"], "history" | "ofStage">): StageHistory => {
  const answers = new Map<string, ReturnType<StageHistory>>()
  return (stage, limit) => {
    const { id, stageType } = stage
    const name = `${titleOf(stage)} ${limit ?? ""}`
    const records = answers.get(name) ?? (isCommand(stage) ? ofStage(stageType, id, limit) : history(stageType, limit))
    answers.set(name, records)
    return records
  }
}

/** Records of a stage's like that a new task is compared with. */
const MAX_LIKE = 20

/** Records under the name of a task or stage that are looked through: those of commands may be another pipeline's. */
const MAX_NAMED = 200

/** Answers from the store and the latest runs of a pipeline; what has been answered about a stage stays as it was. */
export const pastResults = (
  actions: Pick<ActionStore["Service"], "history" | "ofStage" | "ofFamily"> & ResultSource,
  latest: LatestRuns
): PastResults => {
  const isKnown = remembered((stageType: string) => actions.history(stageType, 1).length > 0)
  const known: ResultSource = {
    ...actions,
    ofTask: (stageType, task, limit) => (isKnown(stageType) ? actions.ofTask(stageType, task, limit) : [])
  }
  const stored = stageHistory(actions)
  const history: StageHistory = (stage, limit) => (isKnown(stage.stageType) ? stored(stage, limit) : [])
  const ofCommand = remembered((id: string) =>
    history({ id, stageType: "command" }, MAX_NAMED)
      .filter((record) => latest.mayTell(record))
      .slice(0, MAX_LIKE)
  )
  return {
    history,
    ofLike: (stage) => (isCommand(stage) ? ofCommand(stage.id) : history(stage, MAX_LIKE)),
    lastOf: (stageType, task) => {
      if (!isKnown(stageType) && latest.isEmpty) return undefined
      const [last] = latest.resultsOf({ stageType, task }, known, isCommand({ stageType }) ? MAX_NAMED : 1)
      return last
    },
    ofFamily: actions.ofFamily,
    latest
  }
}

const remembered = <A>(ask: (name: string) => A): ((name: string) => A) => {
  const answers = new Map<string, A>()
  return (name) => {
    const known = answers.get(name) ?? ask(name)
    answers.set(name, known)
    return known
  }
}
