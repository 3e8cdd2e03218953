import { assert, describe, it } from "@effect/vitest"
import type { PlanTask } from "../../../core/plan/Plan.ts"
import { locatedInputs } from "../../../core/run/attempt-request.ts"
import type { Artifact } from "../../../core/store/Artifact.ts"
import { digest } from "../store/sample-store.ts"

const ARTIFACT: Artifact = { kind: "Json", digest: digest("1"), files: [] }

/** What a task finds of a fan-in of one item, as text: the order of keys shows. */
const seenOf = (matrix: PlanTask["matrix"]): string => {
  const task: PlanTask = {
    id: "all",
    stage: 0,
    matrix: {},
    params: {},
    inputs: { x: { _tag: "Many", kind: "Json", items: [{ matrix, origin: { _tag: "Source", source: 0 } }] } },
    resources: { cpu: 1, memory: 0 },
    retries: 0
  }
  return JSON.stringify(locatedInputs(task, () => ARTIFACT, String))
}

describe("locatedInputs", () => {
  it("does not tell in which order the dimensions of a fan-in are written, at any level", () => {
    const seen = seenOf({ width: 3, model: { name: "m", depth: 2 } })
    assert.strictEqual(seen, seenOf({ model: { depth: 2, name: "m" }, width: 3 }))
    assert.include(seen, '"matrix":{"model":{"depth":2,"name":"m"},"width":3}')
  })
})
