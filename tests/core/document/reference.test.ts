import { assert, describe, it } from "@effect/vitest"
import { Result } from "effect"
import { parseReference } from "../../../core/document/reference.ts"

const span = { file: "p.yaml", line: 1, column: 1, length: 1 }

describe("parseReference", () => {
  it.each([
    ["circle.points", { _tag: "One", task: "circle", stage: "circle", port: "points", isOptional: false }],
    [
      "fit@beta=0.1,init=3.kernel",
      { _tag: "One", task: "fit@beta=0.1,init=3", stage: "fit", port: "kernel", isOptional: false }
    ],
    ["fit@n=1.kernel?", { _tag: "One", task: "fit@n=1", stage: "fit", port: "kernel", isOptional: true }],
    ["fit.*.kernel", { _tag: "All", stage: "fit", port: "kernel" }],
    ["sources.photos", { _tag: "Source", source: "photos" }]
  ])("reads %s", (text, reference) => {
    assert.deepStrictEqual(Result.getOrThrow(parseReference(text, span)) as object, { ...reference, span })
  })

  it.each([
    "",
    "circle",
    "circle.",
    ".points",
    "circle.*",
    "a.b.c",
    "fit@.kernel",
    "circle .points",
    "1.a",
    "fit.*.kernel?",
    "sources.a?",
    "a.b??"
  ])("refuses %j", (text) => {
    assert.isTrue(Result.isFailure(parseReference(text, span)))
  })

  it.each([
    ["fit.*.kernel?", "fit.*.kernel takes the tasks that there are: write it without the ?"],
    ["sources.a?", "a source is always there: write sources.a"],
    ["a.b??", "write stage.port, stage@key=value.port, stage.*.port or sources.name"],
    // What is left of `fit@beta=0.1,seed=1.out` where a comma ends a value.
    [
      "fit@beta=0.1",
      'write stage@key=value.port; within { } and [ ] a comma ends it unless it stands in quotes, "stage@a=1,b=2.port"'
    ]
  ])("says of %s what is too much, or is missing", (text, hint) => {
    const read = parseReference(text, span)
    assert.strictEqual(Result.isFailure(read) ? read.failure.hint : undefined, hint)
  })
})
