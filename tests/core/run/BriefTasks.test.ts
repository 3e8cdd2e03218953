import { assert, describe, it } from "vitest"
import { BriefTasks } from "../../../core/run/BriefTasks.ts"

const shareAfter = (...millis: ReadonlyArray<number>): number => {
  const tasks = new BriefTasks()
  for (const each of millis) tasks.note("a", each)
  return tasks.shareOf("a")
}

const times = (count: number, millis: number): ReadonlyArray<number> => new Array(count).fill(millis)

describe("BriefTasks", () => {
  it("gives a whole core to tasks of which little is known, and to other stages", () => {
    assert.strictEqual(shareAfter(), 1)
    assert.strictEqual(shareAfter(0.1, 0.1, 0.1), 1)
    const tasks = new BriefTasks()
    for (const each of times(10, 0.1)) tasks.note("b", each)
    assert.deepStrictEqual([tasks.shareOf("a"), tasks.shareOf("b")], [1, 1 / 64])
  })

  it("gives the less the briefer they are, a sixty-fourth at least", () => {
    assert.deepStrictEqual(
      [20, 10, 5, 2, 1, 0.1, 0].map((millis) => shareAfter(...times(10, millis))),
      [1, 1, 1 / 2, 1 / 4, 1 / 8, 1 / 64, 1 / 64]
    )
  })

  it("takes a stage for brief no more when a task takes long, until many were brief again", () => {
    const slip = [...times(100, 0.1), 1000]
    assert.strictEqual(shareAfter(...slip), 1)
    assert.strictEqual(shareAfter(...slip, ...times(10, 0.1)), 1)
    assert.isBelow(shareAfter(...slip, ...times(200, 0.1)), 1)
  })
})
