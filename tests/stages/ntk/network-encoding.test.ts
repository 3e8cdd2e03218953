import { assert, describe, it } from "vitest"
import { LIMIT_COLOR } from "../../../stages/ntk/colors.ts"
import { LIMIT_LABEL, networkEncoding } from "../../../stages/ntk/network-encoding.ts"

describe("networkEncoding", () => {
  it("gives each width a colour and dashes of its own, and the limit black and others, in one order", () => {
    const { color, strokeDash } = networkEncoding([50, 1000])
    assert.deepStrictEqual(color.scale.domain, ["n = 50", "n = 1000", LIMIT_LABEL])
    assert.deepStrictEqual(strokeDash.scale.domain, color.scale.domain)
    assert.strictEqual(new Set(color.scale.range).size, 3)
    assert.strictEqual(color.scale.range[2], LIMIT_COLOR)
    // Without colours, on paper, the dashes are left.
    const dashes = networkEncoding([50, 300, 1000, 2000]).strokeDash.scale.range.map(String)
    assert.strictEqual(dashes[0], "1,0")
    assert.strictEqual(new Set(dashes).size, 5)
  })
})
