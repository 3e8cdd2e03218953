/** A stage as the frame shows it: its counts in one word, with pace and time left. */
import { paceOfStage, shareOfStage, timeLeft } from "./estimate.ts"
import { type ProgressState, type RunningTask, type StageProgress, settled } from "./ProgressState.ts"

export type StageStatus = "running" | "failed" | "waiting" | "done" | "skipped" | "hit"

export interface StageView {
  readonly stage: StageProgress
  readonly status: StageStatus
  /** 0 to 1. */
  readonly share: number
  readonly pace: { readonly perSecond: number; readonly unit: string } | undefined
  /** Milliseconds. */
  readonly left: number | undefined
  /** Milliseconds from the first attempt to now, or to the end. */
  readonly elapsed: number | undefined
  /** Milliseconds since 1970 at which the view was taken. */
  readonly now: number
}

/** Every stage of a run, in the order of the plan. */
export const stageViews = (state: ProgressState, now: number): ReadonlyArray<StageView> => {
  const running = Map.groupBy(state.running.values(), ({ stage }) => stage)
  return state.stages.map((stage) => viewOf(stage, running.get(stage.id) ?? [], now))
}

const viewOf = (stage: StageProgress, running: ReadonlyArray<RunningTask>, now: number): StageView => {
  const status = statusOf(stage)
  const end = settled(stage) >= stage.total ? (stage.settledAt ?? now) : now
  return {
    stage,
    status,
    share: shareOfStage(stage, running),
    pace: paceOfStage(running),
    left: timeLeft(stage, running, now),
    elapsed: stage.startedAt === undefined ? undefined : end - stage.startedAt,
    now
  }
}

/** One word for the tasks of a stage together. */
export const statusOf = (stage: StageProgress): StageStatus => {
  if (stage.running + stage.held > 0) return "running"
  if (stage.failed > 0) return "failed"
  if (settled(stage) < stage.total) return "waiting"
  if (stage.done > 0) return "done"
  return stage.skipped > 0 ? "skipped" : "hit"
}
