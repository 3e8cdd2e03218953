/** The pipelines of a catalogue as the journals tell them, for a store whose catalogue is gone. */
import { closeSync, existsSync, openSync, readdirSync, readSync } from "node:fs"
import { join } from "node:path"
import type { CatalogueData } from "./catalogue-file.ts"
import * as Journal from "./Journal.ts"
import { FILES } from "./RunFolder.ts"

/** Each pipeline with its latest run, from the folders below `runs`. A run whose journal has no beginning tells nothing. */
export const pipelinesThatRan = (runs: string): CatalogueData["pipelines"] => {
  const pipelines: { [name: string]: CatalogueData["pipelines"][string] } = {}
  // Names of runs begin with their time: of each pipeline the last one stays.
  for (const id of existsSync(runs) ? readdirSync(runs).sort() : []) {
    const event = firstEvent(join(runs, id, FILES.journal))
    if (event?._tag === "RunStarted") pipelines[event.pipeline] = { file: event.file, latestRun: id }
  }
  return pipelines
}

const firstEvent = (journal: string) => {
  if (!existsSync(journal)) return undefined
  return Journal.read(firstLine(journal)).entries[0]?.event
}

/** Bytes that are read at once: most first lines are shorter. */
const CHUNK = 4096

/** Bytes of a file up to the end of its first line; journals can be large. */
const firstLine = (file: string): Buffer => {
  const descriptor = openSync(file, "r")
  try {
    const chunks: Array<Buffer> = []
    for (;;) {
      const chunk = Buffer.alloc(CHUNK)
      const length = readSync(descriptor, chunk)
      const end = chunk.subarray(0, length).indexOf("\n")
      chunks.push(chunk.subarray(0, end < 0 ? length : end + 1))
      if (end >= 0 || length === 0) return Buffer.concat(chunks)
    }
  } finally {
    closeSync(descriptor)
  }
}
