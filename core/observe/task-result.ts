/** How a task or a run ended, in the words of OpenTelemetry's conventions for CI/CD. */
import type { TaskState } from "../record/RunState.ts"

export type ResultWord = "success" | "failure" | "error" | "timeout" | "cancellation" | "skip"

/** What befell an attempt, and was not the doing of its stage. */
const SYSTEM = new Set([
  "AnswerRefused",
  "BackendUnavailable",
  "CodeDamaged",
  "DeviceFailed",
  "FolderUnusable",
  "HelperDied",
  "HostDied",
  "InputUnreadable",
  "OutOfMemory",
  "ResourceMissing",
  "SecretMissing",
  "WorkerDied"
])

/** The word for an attempt that failed, by the tag of its error. */
export const failureWord = (tag: string): ResultWord =>
  tag === "Timeout" ? "timeout" : SYSTEM.has(tag) ? "error" : "failure"

/** The word for a task as it stands when its run is over: one that had begun was not skipped, whatever the journal calls it. */
export const resultWord = ({ attempts, status }: Pick<TaskState, "attempts" | "status">): ResultWord => {
  switch (status) {
    case "done":
    case "hit":
      return "success"
    case "skipped":
      return attempts.length > 0 ? "cancellation" : "skip"
    case "failed":
      return failureWord(attempts.at(-1)?.error?.tag ?? "")
    case "ready":
    case "running":
      return "cancellation"
  }
}
