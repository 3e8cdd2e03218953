/** What a collection would free, were it made now and nobody else at work. */
import { join } from "node:path"
import { Effect } from "effect"
import { attemptSync } from "../store/durable.ts"
import { StoreRoot, type StoreRootShape } from "../store/StoreRoot.ts"
import { type FileSize, sizeBelow, sum } from "./file-size.ts"
import { findTemporaries } from "./find-temporaries.ts"
import type { Survey } from "./Survey.ts"
import { TrashCollection } from "./TrashCollection.ts"

export interface Forecast {
  readonly bytes: number
  /** By what it is: objects, records, runs, trash, what has lain in quarantine and checkpoints for too long, temporary files. */
  readonly parts: ReadonlyArray<readonly [name: string, size: FileSize]>
}

/** Adds up what nobody needs. */
export const forecast = Effect.fnUntraced(function* (found: Survey) {
  const root = yield* StoreRoot
  const parts = yield* attemptSync("read", root.path, () => partsOf(root, found))
  return { bytes: sum(parts.map(([, size]) => size)).bytes, parts } satisfies Forecast
})

const partsOf = (root: StoreRootShape, { objects, isNeeded, decision, expired }: Survey): Forecast["parts"] => {
  const needless = [...objects].flatMap(([digest, bytes]) => (isNeeded(digest) ? [] : [bytes]))
  const temporaries = findTemporaries(root).map((file) => join(root.path, file))
  return [
    ["objects", ofSizes(needless)],
    ["records", ofSizes([...decision.dropped.keys()].map(({ bytes }) => bytes))],
    [
      "runs",
      {
        ...sizeBelow(Array.from(decision.droppedRuns, ({ folder }) => folder.path)),
        files: decision.droppedRuns.size
      }
    ],
    ["trash", sum(TrashCollection.before(root).map((collection) => collection.sizeWithout(isNeeded)))],
    ["expired", sizeBelow(expired)],
    ["temporary files", sizeBelow(temporaries)]
  ]
}

const ofSizes = (sizes: ReadonlyArray<number>): FileSize => sum(sizes.map((bytes) => ({ files: 1, bytes })))
