/** What lies in a store for somebody who may never come: damaged objects for a look at them, checkpoints for another attempt. */
import { existsSync, readdirSync, statSync } from "node:fs"
import { join } from "node:path"
import type { StoreRootShape } from "../store/StoreRoot.ts"
import type { RetentionPolicy } from "./Retention.ts"

/** Their paths, where they have lain there for longer than results are kept; none where no age is asked for. Throws what the disk throws. */
export const findExpired = (
  { quarantine, checkpoints }: Pick<StoreRootShape, "quarantine" | "checkpoints">,
  { olderThan = Number.POSITIVE_INFINITY }: RetentionPolicy,
  now: number
): ReadonlyArray<string> =>
  [quarantine, checkpoints].flatMap((folder) =>
    (existsSync(folder) ? readdirSync(folder) : [])
      .map((name) => join(folder, name))
      // When something was last put there or renamed, and not when its content was made.
      .filter((path) => now - (statSync(path, { throwIfNoEntry: false })?.ctimeMs ?? now) > olderThan)
  )
