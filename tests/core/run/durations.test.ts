import { assert, describe, it } from "@effect/vitest"
import type { PendingStage } from "../../../core/plan/Plan.ts"
import { expectedBeyond, expectedDurations } from "../../../core/run/durations.ts"
import { record } from "../store/sample-store.ts"
import { sketched } from "./sketched-plan.ts"

const PLAN = sketched([{ id: "a@n=1" }, { id: "a@n=2" }, { id: "b" }])

const took = (task: string, durationMillis: number) => record(task, task, { durationMillis })

describe("expectedDurations", () => {
  it("is a second for a stage type that never ran", () => {
    assert.deepStrictEqual([...expectedDurations(PLAN, () => [])], [1000, 1000, 1000])
  })

  it("is what the task took the last time", () => {
    const history = [took("a@n=1", 30), took("a@n=1", 500), took("a@n=2", 70)]
    const expected = expectedDurations(PLAN, ({ stageType }) => (stageType === "test/a" ? history : []))
    assert.deepStrictEqual([...expected], [30, 70, 1000])
  })

  it("is the median of its stage type for a task that never ran, however far the others spread", () => {
    const history = [took("a@n=7", 9), took("a@n=8", 10), took("a@n=9", 100_000)]
    const expected = expectedDurations(PLAN, ({ stageType }) => (stageType === "test/a" ? history : []))
    assert.deepStrictEqual([...expected], [10, 10, 1000])
  })

  it("asks once for each stage type, also of many tasks", () => {
    const asked: Array<string> = []
    expectedDurations(PLAN, ({ stageType }) => {
      asked.push(stageType)
      return []
    })
    assert.deepStrictEqual(asked, ["test/a", "test/b"])
  })
})

describe("expectedBeyond", () => {
  const pending = (id: string, more: Partial<PendingStage>): PendingStage => ({
    ...{ id, span: { file: "sketch.yaml", line: 1, column: 1, length: 1 }, stageType: `test/${id}` },
    ...{ waitsFor: [], after: [], needs: [], sources: [] },
    ...more
  })
  const plan = {
    ...PLAN,
    pending: [pending("c", { needs: [0, 2] }), pending("d", { after: ["c"], needs: [1] })]
  }

  it("is nothing where all is known", () => {
    assert.deepStrictEqual([...expectedBeyond(PLAN, () => [])], [])
  })

  it("is what the tasks of the pending stages took together, and of those that come after them", () => {
    const histories = new Map([
      ["test/c", [took("c@x=1", 30), took("c@x=2", 50), took("c@x=1", 7000), took("other", 10)]],
      ["test/d", [took("e", 5)]]
    ])
    assert.deepStrictEqual(
      [...expectedBeyond(plan, ({ stageType }) => histories.get(stageType) ?? [])].sort(([a], [b]) => a - b),
      [
        [0, 85],
        [1, 5],
        [2, 85]
      ]
    )
  })
})
