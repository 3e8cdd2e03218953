/** The runs of one pipeline among all. */
import { join } from "node:path"
import { Effect } from "effect"
import { attemptSync } from "../store/durable.ts"
import { firstEvent } from "./first-event.ts"
import { FILES, type RunFolder } from "./RunFolder.ts"

/** How a run began; `undefined` where its journal does not say. */
export const startOf = ({ path }: RunFolder) =>
  attemptSync("read", path, () => {
    const event = firstEvent(join(path, FILES.journal))
    return event?._tag === "RunStarted" ? event : undefined
  })

/** In the order of the folders. */
export const runsOfPipeline = (folders: ReadonlyArray<RunFolder>, pipeline: string) =>
  Effect.filter(folders, (folder) => Effect.map(startOf(folder), (start) => start?.pipeline === pipeline))
