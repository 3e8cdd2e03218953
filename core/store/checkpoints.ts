/** Folders for what unfinished tasks have so far, by key. They outlive attempts, runs and processes, until there is a result. */
import { existsSync } from "node:fs"
import { rm } from "node:fs/promises"
import { join } from "node:path"
import { Effect } from "effect"
import type { Digest } from "./Digest.ts"
import { attempt } from "./durable.ts"
import type { StoreUnavailable } from "./StoreError.ts"
import type { StoreRootShape } from "./StoreRoot.ts"

/** The folder of a key, which need not be there. Only who holds the key's lock may use it. */
export const checkpointFolder = ({ checkpoints }: Pick<StoreRootShape, "checkpoints">, key: Digest): string =>
  join(checkpoints, key)

/** Removes what the attempts at a key have left for each other. */
export const removeCheckpoints = (
  root: Pick<StoreRootShape, "checkpoints">,
  key: Digest
): Effect.Effect<void, StoreUnavailable> => {
  const folder = checkpointFolder(root, key)
  // Most tasks leave none: to see that is to be quick.
  return existsSync(folder)
    ? attempt("remove", folder, () => rm(folder, { recursive: true, force: true }))
    : Effect.void
}
