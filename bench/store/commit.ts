/**
 * Artifacts committed a second, with all that makes them durable, beside what the disk does when files are written plainly.
 *
 *   npx node bench/store/commit.ts [ARTIFACTS] [--folder FOLDER]
 *
 * Each artifact is the only output of a task that has a record of its own. Small ones live in the record, larger ones are
 * objects. They come as the engine commits them, many tasks at a time, or as one artifact of many files. The folder decides
 * which disk is measured. Ends with 1 where one by one fewer than 2,000 a second become durable.
 */
import { closeSync, fsyncSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { Effect } from "effect"
import type { ActionRecord } from "../../core/store/ActionRecord.ts"
import { ActionStore } from "../../core/store/ActionStore.ts"
import { ArtifactStore, type OpenFile } from "../../core/store/ArtifactStore.ts"
import { ofBytes } from "../../core/store/Digest.ts"
import * as Store from "../../core/store/Store.ts"

/** Artifacts a second that have to be reached. */
const BAR = 2000

/** Tasks that the engine has on their way to the disk at once, at most: as many as it hands over in a bundle. */
const AT_ONCE = 256

const ROUNDS = 3

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { folder: { type: "string", default: tmpdir() } }
})
const COUNT = Number(positionals[0] ?? 10_000)

/** Contents of which no two are alike. */
const contents = (bytes: number): ReadonlyArray<Uint8Array> =>
  Array.from({ length: COUNT }, (_, index) => {
    const content = new Uint8Array(bytes).fill(index)
    new DataView(content.buffer).setUint32(0, index)
    return content
  })

const writePlainly = (sync: boolean) => async (folder: string, files: ReadonlyArray<Uint8Array>) => {
  for (let fan = 0; fan < 256; fan++) mkdirSync(join(folder, fan.toString(16)))
  for (const [index, bytes] of files.entries()) {
    const path = join(folder, (index % 256).toString(16), String(index))
    if (!sync) {
      writeFileSync(path, bytes)
      continue
    }
    const descriptor = openSync(path, "wx")
    writeSync(descriptor, bytes)
    fsyncSync(descriptor)
    closeSync(descriptor)
  }
}

const recordOf = (key: string, outputs: ActionRecord["outputs"]): ActionRecord => ({
  format: 2,
  key: ofBytes(Buffer.from(key)),
  parts: {
    format: 1,
    stageType: "bench/commit",
    code: ofBytes(Buffer.from("code")),
    params: {},
    inputs: {},
    outputs: { made: "Directory/1" },
    device: "cpu",
    environment: {}
  },
  codeParts: { declarations: {}, packages: {} },
  outputs,
  metrics: {},
  logs: [],
  startedAt: Date.now(),
  durationMillis: 1,
  cpuMillis: 1,
  peakMemory: 0,
  runId: "bench",
  task: `commit@n=${key}`,
  attempt: 1,
  traceId: "0".repeat(32),
  spanId: "0".repeat(16)
})

const commit = Effect.fnUntraced(function* (key: string, files: ReadonlyArray<OpenFile>) {
  const made = yield* (yield* ArtifactStore).write("Directory", files)
  yield* (yield* ActionStore).commit(recordOf(key, { made }))
})

const inStore = (folder: string, effect: Effect.Effect<void, unknown, Effect.Services<ReturnType<typeof commit>>>) =>
  Effect.runPromise(
    Effect.provide(
      Effect.andThen(
        Effect.flatMap(ActionStore, ({ watch }) => watch),
        effect
      ),
      Store.layer(folder)
    )
  )

const oneByOne = (folder: string, files: ReadonlyArray<Uint8Array>) =>
  inStore(
    folder,
    Effect.forEach(files, (bytes, index) => commit(String(index), [{ path: "file", bytes }]), {
      concurrency: AT_ONCE,
      discard: true
    })
  )

const together = (folder: string, files: ReadonlyArray<Uint8Array>) =>
  inStore(
    folder,
    commit(
      "all",
      files.map((bytes, index) => ({ path: String(index), bytes }))
    )
  )

const WAYS = [
  ["written plainly, not synced", writePlainly(false)],
  ["written plainly, each synced", writePlainly(true)],
  ["store, one by one", oneByOne],
  ["store, all in one artifact", together]
] as const

const measure = async (run: (typeof WAYS)[number][1], files: ReadonlyArray<Uint8Array>): Promise<number> => {
  const folder = mkdtempSync(join(root, "round-"))
  const startedAt = performance.now()
  await run(folder, files)
  return (1000 * files.length) / (performance.now() - startedAt)
}

/** Removed at the end only: ext4 without a journal is slow to make files where others were removed a moment ago. */
const root = mkdtempSync(join(options.folder, "athanor-bench-"))
process.once("exit", () => rmSync(root, { recursive: true, force: true }))

let missed = false
for (const bytes of [1024, 6144]) {
  const files = contents(bytes)
  console.log(`${COUNT} artifacts of ${bytes} bytes, artifacts a second, the best of ${ROUNDS}`)
  for (const [name, run] of WAYS) {
    let most = 0
    for (let round = 0; round < ROUNDS; round++) most = Math.max(most, await measure(run, files))
    const isMissed = run === oneByOne && most < BAR
    missed ||= isMissed
    console.log(`  ${name.padEnd(30)} ${most.toFixed(0).padStart(8)}${isMissed ? `   MISSED, ${BAR} at least` : ""}`)
  }
}
process.exitCode = missed ? 1 : 0
