import { assert, describe, it } from "vitest"
import { figurePlate } from "../../../core/report/figure-plate.ts"

const shown = (svg: string): string => {
  const { text } = figurePlate({ _tag: "Svg", svg }, { words: "a < b", reference: "stage" })
  const data = /base64,(?<data>[^"]*)"/u.exec(text)?.groups?.["data"] ?? ""
  return Buffer.from(data, "base64").toString("utf8")
}

describe("figurePlate", () => {
  it("leaves out what an image never says, and nothing that is seen", () => {
    const marks =
      '<g role="graphics-symbol" aria-label="x: 1; y: &quot;2&quot;" fill="red"><text>say role="x" aria-label="y"</text></g>'
    assert.strictEqual(
      shown(`<svg aria-hidden="true" width="1">${marks}</svg>`).replace(/<style>.*<\/style>/u, ""),
      '<svg width="1"><g fill="red"><text>say role="x" aria-label="y"</text></g></svg>'
    )
  })

  it("has words for those who do not see it, and says why it is not there", () => {
    assert.include(
      figurePlate({ _tag: "Svg", svg: "<svg/>" }, { words: "a < b", reference: "r" }).text,
      'alt="a &lt; b"'
    )
    const missing = figurePlate({ _tag: "Missing", reason: "lost" }, { words: "w", reference: "r" })
    assert.include(missing.text, "r is not here: lost")
  })
})
