/** `pipeline cache stats`: what the store holds, in numbers. */
import { Effect } from "effect"
import { describeBytes } from "../codec/describe.ts"
import { countText } from "../document/quantities.ts"
import { sizeBelow } from "../maintain/file-size.ts"
import { RunHistory } from "../record/RunHistory.ts"
import { ActionStore } from "../store/ActionStore.ts"
import { attemptSync } from "../store/durable.ts"
import { StoreRoot } from "../store/StoreRoot.ts"
import { existingStore } from "./existing-store.ts"
import { EXIT } from "./exit-status.ts"
import { print, printJson, table } from "./output.ts"
import { storeLayer } from "./services.ts"

/** Prints how much of what there is. */
export const cacheStats = (choices: { readonly json: boolean }) =>
  Effect.gen(function* () {
    const root = yield* StoreRoot
    const records = (yield* ActionStore).holding()
    const runs = yield* (yield* RunHistory).list
    const sizes = yield* attemptSync("list", root.path, () => ({
      objects: sizeBelow([root.objects]),
      segments: sizeBelow([root.actions]),
      journals: sizeBelow([root.runs]),
      checkpoints: sizeBelow([root.checkpoints]),
      work: sizeBelow([root.work]),
      quarantine: sizeBelow([root.quarantine]),
      trash: sizeBelow([root.trash])
    }))
    const stageTypes = new Set(records.map(({ parts }) => parts.stageType)).size
    if (choices.json) printJson({ store: root.path, results: records.length, stageTypes, runs: runs.length, ...sizes })
    else {
      const rows = Object.entries(sizes).map(([name, { files, bytes }]) => [
        name,
        countText(files, "file"),
        describeBytes(bytes)
      ])
      print(
        `${root.path}: ${countText(records.length, "result")} of ${countText(stageTypes, "stage type")}, ${countText(runs.length, "run")}\n${table(rows, new Set([1, 2]))}`
      )
    }
    return EXIT.success
  }).pipe(Effect.provide(storeLayer), existingStore)
