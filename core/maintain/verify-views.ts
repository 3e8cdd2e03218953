/**
 * Whether what a store keeps for convenience is as it was written: catalogue, checkpoints, the trash. Without it nothing is
 * lost. Memos are not looked at: they need not survive a power failure, and one that did not is renewed by who misses it.
 */
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { openCatalogue } from "../record/catalogue-file.ts"
import { looksWritten, readCheckpoint } from "../run/checkpoint-file.ts"
import { decodeLine } from "../store/checked-lines.ts"
import { namesIn } from "../store/list-folder.ts"
import type { StoreRootShape } from "../store/StoreRoot.ts"
import { collectionsIn } from "../store/Trash.ts"
import { type Damage, damage } from "./Damage.ts"
import { MANIFEST } from "./TrashCollection.ts"

type Views = Pick<StoreRootShape, "catalogue" | "checkpoints" | "trash">

/** Reads each of them. Throws what the disk throws. */
export const verifyViews = async (root: Views): Promise<ReadonlyArray<Damage>> => [
  ...(await catalogueDamage(root)),
  ...checkpointDamages(root),
  ...trashDamages(root)
]

const catalogueDamage = async ({ catalogue }: Views): Promise<ReadonlyArray<Damage>> => {
  try {
    if (existsSync(catalogue)) await openCatalogue(catalogue)
    return []
  } catch {
    return [damage("catalogue", "catalogue.json", "it is no catalogue: pins cannot be read")]
  }
}

/** A command keeps what it likes in its folder: only what is a checkpoint of ours is looked at. */
const checkpointDamages = ({ checkpoints }: Views): ReadonlyArray<Damage> =>
  namesIn(checkpoints)
    .toSorted()
    .flatMap((key) => {
      const folder = join(checkpoints, key)
      return looksWritten(folder) && readCheckpoint(folder) === undefined
        ? [damage("checkpoint", `checkpoints/${key}`, "its content has changed: the next attempt begins anew")]
        : []
    })

/** What a collection has noted. */
const trashDamages = ({ trash }: Views): ReadonlyArray<Damage> =>
  collectionsIn(trash).flatMap((collection) =>
    isChanged(join(trash, collection, MANIFEST))
      ? [
          damage(
            "trash",
            `trash/${collection}/${MANIFEST}`,
            "its content has changed: the next collection waits for all who are at work"
          )
        ]
      : []
  )

/** Whether a file that is a line with a checksum is not as it was written. */
const isChanged = (file: string): boolean => {
  const text = readIfThere(file)
  return text !== undefined && decodeLine(text) === undefined
}

/** Such files are replaced and removed at any time. */
const readIfThere = (file: string): string | undefined => {
  try {
    return readFileSync(file, "utf8")
  } catch {
    return undefined
  }
}
