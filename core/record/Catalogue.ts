/** The catalogue: the few things about a store that a person reads and edits. Kept by lowdb as `catalogue.json`. */
import { join } from "node:path"
import { Context, Effect, Layer } from "effect"
import { Low } from "lowdb"
import { JSONFile } from "lowdb/node"
import { attempt } from "../store/durable.ts"
import { acquireLock } from "../store/file-lock.ts"
import type { StoreUnavailable } from "../store/StoreError.ts"
import { StoreRoot, type StoreRootShape } from "../store/StoreRoot.ts"

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

export class Catalogue extends Context.Service<
  Catalogue,
  {
    readonly read: Effect.Effect<CatalogueData, StoreUnavailable>
    /** Changes the catalogue; one process at a time. */
    readonly update: (change: (data: CatalogueData) => CatalogueData) => Effect.Effect<void, StoreUnavailable>
  }
>()("athanor/record/Catalogue") {
  static readonly layer: Layer.Layer<Catalogue, never, StoreRoot> = Layer.effect(
    Catalogue,
    Effect.map(StoreRoot, (root) => make(root))
  )
}

const make = (root: StoreRootShape) => {
  const open = attempt("read", root.catalogue, async () => {
    const db = new Low<CatalogueData>(new JSONFile(root.catalogue), EMPTY)
    await db.read().catch((cause: unknown) => {
      throw cause instanceof SyntaxError ? new Error(`${cause.message}; ${REMEDY}`) : cause
    })
    if (!isCatalogue(db.data)) throw new Error(`it is no map with pipelines and pins; ${REMEDY}`)
    return db
  })
  const update = Effect.fn("Catalogue.update")(function* (change: (data: CatalogueData) => CatalogueData) {
    // lowdb rewrites the whole file: two writers at once would lose one's change.
    yield* acquireLock(join(root.locks, "catalogue"))
    const db = yield* open
    db.data = change(db.data)
    yield* attempt("write", root.catalogue, () => db.write())
  }, Effect.scoped)
  return Catalogue.of({ read: Effect.map(open, ({ data }) => data), update })
}

const REMEDY = "mend it by hand, or delete it: the next run makes a new one, and only pins are lost"

const isCatalogue = (data: unknown): data is CatalogueData =>
  isMap(data) && "pipelines" in data && isMap(data.pipelines) && "pins" in data && isMap(data.pins)

const isMap = (value: unknown): value is object => typeof value === "object" && value !== null && !Array.isArray(value)
