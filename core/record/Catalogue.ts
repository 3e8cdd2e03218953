/** The catalogue: the few things about a store that a person reads and edits. Kept by lowdb as `catalogue.json`. */
import { join } from "node:path"
import { Context, Effect, Layer } from "effect"
import { attempt } from "../store/durable.ts"
import { acquireLock } from "../store/file-lock.ts"
import type { StoreUnavailable } from "../store/StoreError.ts"
import { StoreRoot, type StoreRootShape } from "../store/StoreRoot.ts"
import { CATALOGUE_WRITER, type CatalogueData, openCatalogue } from "./catalogue-file.ts"

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
  const open = attempt("read", root.catalogue, () => openCatalogue(root.catalogue))
  const update = Effect.fn("Catalogue.update")(function* (change: (data: CatalogueData) => CatalogueData) {
    // lowdb rewrites the whole file: two writers at once would lose one's change.
    yield* acquireLock(join(root.locks, "catalogue"), CATALOGUE_WRITER)
    const db = yield* open
    db.data = change(db.data)
    yield* attempt("write", root.catalogue, () => db.write())
  }, Effect.scoped)
  return Catalogue.of({ read: Effect.map(open, ({ data }) => data), update })
}
