import { assert, describe, it } from "vitest"
import { type UnwrittenFile, unwrittenText } from "../../../core/report/unwritten-file.ts"

const FILE: UnwrittenFile = {
  path: "figures/sums.svg",
  stage: "total",
  reference: "total@n=3.figure",
  isDeclared: true,
  fault: "figure",
  reason: "first\nsecond"
}

describe("unwrittenText", () => {
  it.each<[Partial<UnwrittenFile>, string]>([
    [
      {},
      'outputs: figures/sums.svg was not written: the figure that stage "total" gave as total@n=3.figure cannot be drawn: first second'
    ],
    [
      { isDeclared: false },
      'report: the figure that stage "total" gave as total@n=3.figure cannot be drawn: first second'
    ],
    [
      { path: "a.json", fault: "form" },
      'outputs: a.json was not written: the artifact that stage "total" gave as total@n=3.figure cannot be written in this form: first second'
    ],
    [{ fault: "store", reason: "it is gone" }, "outputs: figures/sums.svg was not written: it is gone"]
  ])("is one line that names output, stage and reason: %o", (change, text) => {
    assert.strictEqual(unwrittenText({ ...FILE, ...change }), text)
  })
})
