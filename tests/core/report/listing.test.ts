import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { cutText, tasksPerStage } from "../../../core/report/listing.ts"

describe("tasksPerStage", () => {
  it.prop(
    "lists a thousand tasks or all, one of each stage at least, and leaves no stage out for another",
    { sizes: Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 3000 }))) },
    ({ sizes }) => {
      const most = tasksPerStage(sizes)
      const listed = sizes.slice(0, 300).reduce((sum, size) => sum + Math.min(size, most), 0)
      return listed <= 1000 && most >= 1 && most <= 500
    }
  )

  it.each([
    [[117], 500],
    [[10_000], 500],
    [[5000, 5000], 500],
    [[1, 1, 10_000], 500],
    [Array.from({ length: 20 }, () => 500), 50],
    [[10, ...Array.from({ length: 9 }, () => 1000)], 110],
    [Array.from({ length: 3000 }, () => 1), 500]
  ])("shares them out: %#", (sizes, expected) => {
    assert.strictEqual(tasksPerStage(sizes), expected)
  })
})

describe("cutText", () => {
  it("keeps both ends of a long value", () => {
    const cut = cutText(`[${"1,".repeat(1000)}2]`)
    assert.strictEqual([...cut].length, 300)
    assert.match(cut, /^\[1,1.*…1?,?1,2\]$|^\[1,1.*…,?1,.*2\]$/u)
    assert.strictEqual(cutText("short"), "short")
  })
})
