import { assert, describe, it } from "vitest"
import { nearestTask, taskHint } from "../../../core/cli/nearest-task.ts"

const NAMES = [
  ...["circle", "empirical", "train"],
  ...[100, 500, 1000].flatMap((width) => [1, 2].map((init) => `empirical@width=${width},init=${init}`)),
  ...["train@width=64", "train@width=512"]
]

describe("nearestTask", () => {
  it.each([
    ["empircal", "empirical"],
    ["train@width=32", "train@width=64"],
    ["train@width=100000", "train@width=512"],
    ["trian@width=512", "train@width=512"],
    ["empirical@width=500,init=3", "empirical@width=500,init=2"],
    ["empirical@init=1,width=500", "empirical@width=500,init=1"],
    ["empirical@width=900,init=2", "empirical@width=1000,init=2"],
    ["empirical@depth=3", "empirical@width=100,init=1"],
    ["circle@width=32", "circle"]
  ])("takes %s for %s", (name, meant) => {
    assert.strictEqual(nearestTask(name, NAMES), meant)
  })

  it("has no idea where the stage is a stranger", () => {
    assert.isUndefined(nearestTask("digits@width=32", NAMES))
    assert.isUndefined(nearestTask("digits", NAMES))
    assert.isUndefined(nearestTask("train@width=32", []))
  })
})

describe("taskHint", () => {
  it("can be pasted into a shell", () => {
    assert.strictEqual(taskHint("empircal", NAMES), '; did you mean "empirical"?')
    assert.strictEqual(taskHint("count@part=f1", ['count@part="f1.txt"']), `; did you mean 'count@part="f1.txt"'?`)
    assert.strictEqual(taskHint("digits", NAMES), "")
  })
})
