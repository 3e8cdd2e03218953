import { chmodSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert } from "vitest"
import { TINY } from "../e2e/project.ts"
import { faultRow, prepared } from "./fault-row.ts"

/** Files below a folder, by their paths. */
const filesBelow = (folder: string): ReadonlyArray<string> =>
  readdirSync(folder, { withFileTypes: true, recursive: true }).flatMap((entry) =>
    entry.isFile() ? [join(entry.parentPath, entry.name)] : []
  )

const damage = (file: string, change: (bytes: Buffer) => Buffer): void => {
  chmodSync(file, 0o644)
  writeFileSync(file, change(readFileSync(file)))
}

faultRow(
  {
    fault: "flipped byte in an object",
    expected: "found when it is read, moved to the quarantine, computed again",
    protections: ["verify-content"]
  },
  ({ project }) => {
    // Numbers too many for a record: each artifact is an object of its own.
    const study = project({ ...TINY, "tiny.yaml": TINY["tiny.yaml"].replace("n: 4,", "n: 4000,") })
    prepared(study.run("run", "tiny.yaml"))
    const total = study.read("reports/tiny/total.json")
    for (const file of filesBelow(join(study.folder, "artifacts-cache/objects"))) {
      const bytes = readFileSync(file)
      if (bytes.includes("NUMPY")) damage(file, (all) => Buffer.concat([all.subarray(0, -1), Buffer.of(1)]))
    }
    study.edit("stages/total.ts", "sum + item, 0)", "sum + item, 0 + 0)")
    assert.strictEqual(study.run("run", "tiny.yaml").status, 0)
    assert.strictEqual(study.read("reports/tiny/total.json"), total)
    assert.isNotEmpty(filesBelow(join(study.folder, "artifacts-cache/quarantine")))
  }
)
