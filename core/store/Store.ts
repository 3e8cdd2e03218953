/** Everything that a store on disk offers, as one layer. */
import { Layer } from "effect"
import { ActionStore } from "./ActionStore.ts"
import { ArtifactStore } from "./ArtifactStore.ts"
import { ObjectStore } from "./ObjectStore.ts"
import type { StoreTooNew, StoreUnavailable } from "./StoreError.ts"
import { type StoreOptions, StoreRoot } from "./StoreRoot.ts"

/** Opens the store at a path; its index may lie elsewhere. */
export const layer = (
  path: string,
  options: StoreOptions = {}
): Layer.Layer<ActionStore | ArtifactStore | ObjectStore | StoreRoot, StoreTooNew | StoreUnavailable> =>
  ArtifactStore.layer.pipe(
    Layer.provideMerge(Layer.mergeAll(ObjectStore.layer, ActionStore.layer)),
    Layer.provideMerge(StoreRoot.layer(path, options))
  )
