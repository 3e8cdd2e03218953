import { existsSync } from "node:fs"
import { join } from "node:path"
import { assert, vi } from "vitest"
import { TINY } from "../e2e/project.ts"
import { faultRow } from "./fault-row.ts"

vi.setConfig({ testTimeout: 180_000 })

/** Which of the files that a run writes: bundles of code, the plan, results, copies. */
const FILES = [1, 3, 5, 7, 9]

faultRow(
  {
    fault: "kill -9 of the orchestrator in the middle of a file that it writes",
    expected: "whatever has its name is whole, and the next run goes on",
    protections: ["temporary-name"]
  },
  ({ project }) => {
    // Numbers too many for a record: each artifact is an object of its own.
    const files = { ...TINY, "tiny.yaml": TINY["tiny.yaml"].replace("n: 4,", "n: 4000,") }
    const whole = project(files)
    for (const file of FILES) {
      const killed = project(files, {
        FAULT_AT: `file.begun#${file}=kill`,
        PIPELINE_CACHE: join(whole.folder, `store-${file}`)
      })
      assert.notStrictEqual(killed.run("run", "tiny.yaml").status, 0, `there is no file ${file}`)
      const study = project(files, { PIPELINE_CACHE: join(whole.folder, `store-${file}`) })
      const verified = study.run("cache", "verify")
      // One that died while it wrote the first file has left no store.
      assert.strictEqual(
        verified.status,
        existsSync(join(whole.folder, `store-${file}`, "format.json")) ? 0 : 2,
        `file ${file}: ${verified.stdout}${verified.stderr}`
      )
      assert.strictEqual(study.run("run", "tiny.yaml").status, 0, `file ${file}`)
    }
  }
)
