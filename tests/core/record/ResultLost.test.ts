import { assert, describe, it } from "@effect/vitest"
import { resultLost } from "../../../core/record/ResultLost.ts"
import { fold } from "../../../core/record/RunState.ts"
import { digest, EVENTS } from "./sample-run.ts"

describe("resultLost", () => {
  it("says which run had which artifact, and how to get it back", () => {
    const { message } = resultLost("brave-euler", fold([EVENTS.runStarted]), "circle", "points", digest("points"))
    assert.strictEqual(
      message,
      `run brave-euler had circle.points (${digest("points").slice(0, 12)}), but its content is no longer in the store: \`pipeline run ntk-study.yaml circle\` with the parameters of that run computes it again`
    )
  })
})
