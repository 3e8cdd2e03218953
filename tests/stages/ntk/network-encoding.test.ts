import { assert, describe, it } from "vitest"
import { LIMIT_COLOR } from "../../../stages/ntk/colors.ts"
import { LIMIT_LABEL, networkEncoding } from "../../../stages/ntk/network-encoding.ts"

describe("networkEncoding", () => {
  it("gives each width a colour of its own and a solid line, and the limit black and dashes, in one order", () => {
    const { color, strokeDash } = networkEncoding([50, 1000])
    assert.deepStrictEqual(color.scale.domain, ["n = 50", "n = 1000", LIMIT_LABEL])
    assert.deepStrictEqual(strokeDash.scale.domain, color.scale.domain)
    assert.strictEqual(new Set(color.scale.range).size, 3)
    assert.strictEqual(color.scale.range[2], LIMIT_COLOR)
    assert.deepStrictEqual(strokeDash.scale.range.slice(0, 2), [
      [1, 0],
      [1, 0]
    ])
    assert.notDeepEqual(strokeDash.scale.range[2], [1, 0])
  })
})
