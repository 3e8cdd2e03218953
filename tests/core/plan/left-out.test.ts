import { assert, describe, it } from "@effect/vitest"
import { behind, CONDITION_FALSE, needing } from "../../../core/plan/left-out.ts"

describe("behind", () => {
  const side = { task: "side@n=1", because: CONDITION_FALSE }
  const leftOut = [
    side,
    { task: "next", because: needing("side") },
    { task: "last", because: needing("next") },
    { task: "odd", because: needing("odd") }
  ]

  it("goes back over what cannot do without another to what is left out by itself", () => {
    for (const task of ["side@n=1", "next", "last"]) assert.strictEqual(behind(leftOut, task), side, task)
    assert.isUndefined(behind(leftOut, "side@n=2"))
  })

  it("takes a stage with some values for the tasks that have them", () => {
    const grid = [
      { task: "grid@n=1,m=2", because: CONDITION_FALSE },
      { task: "grid@n=2,m=2", because: "exclude takes it away" },
      { task: "next@m=2", because: needing("grid@n=2") }
    ]
    assert.strictEqual(behind(grid, "next@m=2"), grid[1])
    assert.isUndefined(behind(grid, "grid@n=3"))
  })

  it("ends at what nothing tells of", () => {
    assert.strictEqual(behind(leftOut, "odd"), leftOut[3])
  })
})
