import { assert, describe, it } from "vitest"
import { taskHint } from "../../../core/cli/task-hint.ts"

const NAMES = [
  ...["circle", "empirical", "train"],
  ...[100, 500, 1000].flatMap((width) => [1, 2].map((init) => `empirical@width=${width},init=${init}`)),
  ...["train@width=64", "train@width=512"]
]

describe("taskHint", () => {
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
    assert.strictEqual(taskHint(name, NAMES), `; did you mean "${meant}"?`)
  })

  it("has no idea where the stage is a stranger", () => {
    assert.strictEqual(taskHint("digits@width=32", NAMES), "")
    assert.strictEqual(taskHint("digits", NAMES), "")
    assert.strictEqual(taskHint("train@width=32", []), "")
  })

  it("can be pasted into a shell", () => {
    assert.strictEqual(taskHint("count@part=f1", ['count@part="f1.txt"']), `; did you mean 'count@part="f1.txt"'?`)
  })
})
