import { assert, describe, it } from "@effect/vitest"
import { table } from "../../../core/cli/output.ts"

describe("table", () => {
  it("pads every column to its widest cell, and leaves no blanks at the ends of lines", () => {
    assert.strictEqual(
      table([
        ["a", "long cell", ""],
        ["long", "b", "c"]
      ]),
      "a     long cell\nlong  b          c"
    )
  })

  it("sets the named columns flush right", () => {
    assert.strictEqual(
      table(
        [
          ["a", "7", "x"],
          ["b", "1234", "y"]
        ],
        new Set([1])
      ),
      "a     7  x\nb  1234  y"
    )
  })

  it("takes rows of different lengths, and none at all", () => {
    assert.strictEqual(table([["a"], ["bb", "c"]]), "a\nbb  c")
    assert.strictEqual(table([]), "")
  })
})
