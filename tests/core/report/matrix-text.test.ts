import { assert, describe, it } from "vitest"
import { matrixText } from "../../../core/report/matrix-text.ts"

describe("matrixText", () => {
  it("is a text without quotes, and of a map its name, or what it holds", () => {
    const values = [
      "TOPO",
      "random order",
      'a "b"',
      "500",
      500,
      0.1,
      true,
      null,
      [1, 2],
      { name: "centred TOPO", kicks: 0 },
      { depth: 2, width: 3 }
    ]
    assert.deepStrictEqual(values.map(matrixText), [
      ...[
        "TOPO",
        "random order",
        'a "b"',
        "500",
        "500",
        "0.1",
        "true",
        "null",
        "[1,2]",
        "centred TOPO",
        "depth:2+width:3"
      ]
    ])
  })
})
