import { assert, describe, it } from "@effect/vitest"
import { feedersOf } from "../../../core/plan/feeder.ts"
import { phrase } from "../../../core/plan/why.ts"
import { sketched } from "../run/sketched-plan.ts"

const plan = sketched([
  { id: "a@n=1" },
  { id: "a@n=2" },
  { id: "all", needs: ["a@n=1", "a@n=2"], fanIn: true },
  { id: "one", needs: ["a@n=2"] },
  { id: "none", needs: [], fanIn: true },
  { id: "both", needs: ["one", "a@n=1"], fanIn: true }
])

const feeders = (id: string) => {
  const task = plan.tasks.find((one) => one.id === id)
  assert(task !== undefined)
  return feedersOf(plan, task)
}

describe("what feeds a port", () => {
  it("is a stage, or all of its tasks", () => {
    assert.deepStrictEqual(feeders("one"), { in0: "a.out" })
    assert.deepStrictEqual(feeders("all"), { all: "a.*.out" })
    assert.deepStrictEqual(feeders("both"), { all: "one.out, a.*.out" })
  })

  it("is nothing for a fan-in without items, which goes by the name of its port", () => {
    assert.deepStrictEqual(feeders("none"), {})
    const gone = { part: "input", name: "all", before: "digest", after: "has 8 gone" } as const
    assert.strictEqual(phrase(gone, { stageType: "test/none", feeders: feeders("none") }), "input all has 8 gone")
  })
})
