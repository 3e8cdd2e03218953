/** The pipelines of a catalogue as the journals tell them, for a store whose catalogue is gone. */
import { join } from "node:path"
import { namesIn } from "../store/list-folder.ts"
import type { CatalogueData } from "./catalogue-file.ts"
import { firstEvent } from "./first-event.ts"
import { FILES } from "./RunFolder.ts"

/** Each pipeline with its latest run, from the folders below `runs`. A run whose journal has no beginning tells nothing. */
export const pipelinesThatRan = (runs: string): CatalogueData["pipelines"] => {
  const pipelines: { [name: string]: CatalogueData["pipelines"][string] } = {}
  // Names of runs begin with their time: of each pipeline the last one stays.
  for (const id of namesIn(runs).toSorted()) {
    const event = firstEvent(join(runs, id, FILES.journal))
    if (event?._tag === "RunStarted") pipelines[event.pipeline] = { file: event.file, latestRun: id }
  }
  return pipelines
}
