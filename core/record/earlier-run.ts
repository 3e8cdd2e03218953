/** The run before: the latest earlier one of the same pipeline with the same profile, which a run does again. */
import { join } from "node:path"
import { firstEvent } from "./first-event.ts"
import type { JournalEvent } from "./JournalEvent.ts"
import { FILES, listRuns } from "./RunFolder.ts"

type Started = Extract<JournalEvent, { readonly _tag: "RunStarted" }>

/** Folders among which it is sought. */
const MOST_FOLDERS = 200

/** How it began; `undefined` where there is none, or none can be read. Only the beginnings of journals are read. */
export const earlierRun = (runs: string, { runId, pipeline, profile }: Started): Started | undefined => {
  try {
    for (const { path } of listRuns(runs)
      .filter(({ id }) => id < runId)
      .slice(0, MOST_FOLDERS)) {
      const event = firstEvent(join(path, FILES.journal))
      if (event?._tag === "RunStarted" && event.pipeline === pipeline && event.profile === profile) return event
    }
  } catch {
    // What cannot be read is no reason for having no trace.
  }
  return undefined
}
