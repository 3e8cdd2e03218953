/** `pipeline cache stats`: what the store holds, in numbers. */
import { existsSync, readdirSync, statSync } from "node:fs"
import { join } from "node:path"
import { Effect } from "effect"
import { describeBytes } from "../codec/describe.ts"
import { RunHistory } from "../record/RunHistory.ts"
import { countText } from "../report/quantity-text.ts"
import { ActionStore } from "../store/ActionStore.ts"
import { attemptSync } from "../store/durable.ts"
import { StoreRoot } from "../store/StoreRoot.ts"
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
      objects: sizeOf(root.objects),
      segments: sizeOf(root.actions),
      journals: sizeOf(root.runs),
      checkpoints: sizeOf(root.checkpoints),
      work: sizeOf(root.work),
      quarantine: sizeOf(root.quarantine),
      trash: sizeOf(root.trash)
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
  }).pipe(Effect.provide(storeLayer))

/** Files below a folder and their size; nothing where there is none. */
const sizeOf = (folder: string): { readonly files: number; readonly bytes: number } => {
  const entries = existsSync(folder) ? readdirSync(folder, { withFileTypes: true, recursive: true }) : []
  const files = entries.filter((entry) => entry.isFile())
  const sizes = files.map((entry) => statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0)
  return { files: files.length, bytes: sizes.reduce((sum, size) => sum + size, 0) }
}
