/** The catalogue as a file: `catalogue.json`, read and written whole by lowdb. Throws what is wrong with it. */

import { existsSync } from "node:fs"
import { readFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { type Adapter, Low } from "lowdb"
import { isRecord } from "../document/is-record.ts"
import { reach } from "../fault/hooks.ts"
import { placeSynced } from "../store/place-synced.ts"
import { pipelinesThatRan } from "./pipelines-that-ran.ts"

/** Who has its lock, to whoever waits for that. */
export const CATALOGUE_WRITER = "another process that writes the catalogue"

/** A pipeline that has run here. */
export interface PipelineEntry {
  /** As it was named in the latest run. */
  readonly file: string
  readonly latestRun: string
}

export interface CatalogueData {
  readonly version: 1
  readonly pipelines: { readonly [name: string]: PipelineEntry }
  /** Runs and artifacts that are never collected, by name. */
  readonly pins: { readonly [name: string]: string }
}

const EMPTY: CatalogueData = { version: 1, pipelines: {}, pins: {} }

/** Opens the catalogue; where there is none, with what the journals beside it tell. Whoever changes it holds the lock `catalogue` of the store. */
export const openCatalogue = async (file: string): Promise<Low<CatalogueData>> => {
  const otherwise = existsSync(file) ? EMPTY : { ...EMPTY, pipelines: pipelinesThatRan(join(dirname(file), "runs")) }
  const db = new Low<CatalogueData>(durableFile(file), otherwise)
  await db.read().catch((cause: unknown) => {
    throw cause instanceof SyntaxError ? new Error(`${cause.message}; ${REMEDY}`) : cause
  })
  if (!isCatalogue(db.data)) throw new Error(`it is no map with pipelines and pins; ${REMEDY}`)
  return db
}

/** lowdb's own file does not wait for the disk: after a power failure it could be empty, and every pin lost. */
const durableFile = (file: string): Adapter<CatalogueData> => ({
  read: async () => (existsSync(file) ? JSON.parse(await readFile(file, "utf8")) : null),
  write: async (data) => {
    placeSynced(file, JSON.stringify(data, null, 2))
    reach("catalogue.written")
  }
})

/** Enters the latest run of a pipeline. */
export const withRun = (data: CatalogueData, pipeline: string, entry: PipelineEntry): CatalogueData => ({
  ...data,
  pipelines: { ...data.pipelines, [pipeline]: entry }
})

const REMEDY = "mend it by hand, or delete it: it is made anew from the journals, and only pins are lost"

const isCatalogue = (data: unknown): data is CatalogueData =>
  isRecord(data) && isRecord(data["pipelines"]) && isRecord(data["pins"])
