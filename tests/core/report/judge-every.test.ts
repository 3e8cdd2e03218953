import { assert, describe, it } from "vitest"
import { judgeEvery } from "../../../core/report/judge-every.ts"
import { expectation } from "./example-run.ts"

/** The judgement of tasks by what they measured; a text says why one measured nothing. */
const judged = (bound: number, measured: ReadonlyArray<number | string>) =>
  judgeEvery(
    expectation("a.loss", { _tag: "AtMost", bound }),
    measured.map((value, index) => ({
      task: `a@n=${index}`,
      measured: typeof value === "number" ? value : undefined,
      absence: typeof value === "number" ? undefined : value
    }))
  )

describe("an expectation of every task", () => {
  it("is met where all meet it, and tells the number that is nearest to missing it", () => {
    const { judgement, worst } = judged(9, [1, 8, 5])
    const { verdict, measured, words, every } = judgement
    assert.deepStrictEqual([verdict, measured, worst], ["met", 8, 1])
    assert.deepStrictEqual(every, { tasks: 3, met: 3, missed: 0, worst: "a@n=1" })
    assert.strictEqual(words, "met by all 3 tasks; the worst is a@n=1")
  })

  it("is missed where one misses it, and tells the worst; what is not finite is worse than all", () => {
    const { judgement } = judged(9, [10, 1, 12, "its task failed"])
    assert.deepStrictEqual([judgement.verdict, judgement.measured], ["missed", 12])
    assert.strictEqual(
      judgement.words,
      "missed by 2 of 4 tasks, not recorded by 1; the worst is a@n=2: 3 above the bound"
    )
    assert.deepStrictEqual(judgement.every, { tasks: 4, met: 1, missed: 2, worst: "a@n=2" })
    assert.strictEqual(judged(9, [10, Number.NaN]).judgement.every?.worst, "a@n=1")
    assert.isNaN(judged(9, [10, Number.NaN]).judgement.measured)
  })

  it("is not met where some have nothing", () => {
    const { judgement } = judged(9, [1, "its task failed", 2])
    assert.deepStrictEqual([judgement.verdict, judgement.measured], ["not recorded", undefined])
    assert.strictEqual(judgement.words, "1 of 3 tasks did not record it; a@n=1: its task failed")
    assert.strictEqual(judged(9, ["gone", "gone"]).judgement.words, "gone")
    assert.strictEqual(judged(9, ["lost", "gone"]).judgement.words, "none of 2 tasks recorded it; a@n=0: lost")
  })

  it("is that of the task where there is one", () => {
    const { judgement } = judged(9, [10])
    assert.isUndefined(judgement.every)
    assert.strictEqual(judgement.words, "1 above the bound")
  })
})
