/** Start-up: what the shortest commands cost, and a study in which nothing is new. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import type { MeasureBars } from "../Bar.ts"
import { best, measure } from "../measure.ts"
import { pipeline } from "../peers/athanor.ts"

const STUDY = fileURLToPath(new URL("../../../pipelines/ntk-study.yaml", import.meta.url))

export const startBars: MeasureBars = async function* ({ best: count }) {
  const folder = mkdtempSync(join(tmpdir(), "athanor-bar-"))
  const cost = (...args: ReadonlyArray<string>) => best(count, () => measure(folder, pipeline(...args)))
  try {
    for (const flag of ["--version", "--help"]) {
      const { cpu } = await cost(flag)
      yield { what: `pipeline ${flag}`, measured: cpu, atMost: 0.12, unit: "s CPU", digits: 3 }
    }
    // As many stages and tasks of the same kinds as the whole study, of fewer steps.
    const study = ["run", STUDY, "--profile", "small"]
    await measure(folder, pipeline(...study))
    const { cpu } = await cost(...study)
    yield { what: "no-op of the NTK study, profile small", measured: cpu, atMost: 0.2, unit: "s CPU", digits: 3 }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
