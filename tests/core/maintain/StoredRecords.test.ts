import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { StoredRecords } from "../../../core/maintain/StoredRecords.ts"
import { encodeLine } from "../../../core/store/checked-lines.ts"
import { digest, record, temporaryFolder } from "../store/sample-store.ts"

/** A folder with one segment of records, each of another task with one output; `contentOf` tells what it is. */
const segmentOf = Effect.fnUntraced(function* (count: number, contentOf: (at: number) => string) {
  const folder = join(yield* temporaryFolder, "actions")
  const lines = Array.from({ length: count }, (_, at) => {
    const outputs = { out: { kind: "Json" as const, digest: digest(contentOf(at)), files: [] } }
    return `${encodeLine({ record: record(`${at}`, `task@${at}`, { outputs }), at })}\n`
  })
  mkdirSync(folder)
  writeFileSync(join(folder, "a.log"), lines.join(""))
  return folder
})

/** The records of a folder, and the processor time that it took to read them, in microseconds. */
const measured = (folder: string) => {
  const before = process.cpuUsage()
  const records = new StoredRecords(folder)
  const { user, system } = process.cpuUsage(before)
  return { records, took: user + system }
}

describe("StoredRecords", () => {
  it.effect("takes about as long for records that share an artifact as for others", () =>
    Effect.gen(function* () {
      const count = 60_000
      const others = measured(yield* segmentOf(count, String))
      const { records, took } = measured(yield* segmentOf(count, () => "same"))
      assert.lengthOf(records.withArtifact(digest("same")), count)
      assert.lengthOf(records.all, count)
      // To copy a list that grows takes eight times as long.
      assert.isBelow(took, 3 * others.took)
    })
  )
})
