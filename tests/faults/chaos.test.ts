import { assert } from "vitest"
import { chaos } from "./chaos/Chaos.ts"
import { faultRow } from "./fault-row.ts"

/** Kills of this short form; the long one is `chaos/main.ts`. */
const KILLS = 8

faultRow(
  {
    fault: "kill -9 of orchestrator, worker, stage at random points",
    expected: "the next start repairs: no result is wrong or missing, and what was finished is not run again",
    protections: ["temporary-name"]
  },
  async ({ without }) => {
    const report = await chaos({ seed: 1, kills: KILLS, seconds: 120, without, say: () => {} })
    assert.deepStrictEqual(report.violations, [])
  }
)
