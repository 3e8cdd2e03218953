import { assert, describe, it } from "@effect/vitest"
import { Redaction } from "../../../core/run/Redaction.ts"

const TOKEN = 's3cret/with+signs-and "quotes"'

describe("Redaction", () => {
  it.each([
    ["as it is", TOKEN],
    ["as JSON has it", JSON.stringify(TOKEN).slice(1, -1)],
    ["as URLs have it", encodeURIComponent(TOKEN)],
    ["in base64", Buffer.from(TOKEN).toString("base64")]
  ])("hides a secret %s", (_, spelling) => {
    const redaction = new Redaction({ TOKEN })
    assert.strictEqual(redaction.text(`before ${spelling} after ${spelling}`), "before *** after ***")
    assert.strictEqual(redaction.foundIn(Buffer.from(`{"x": "${spelling}"}`)), "TOKEN")
  })

  it("hides the longer of two secrets of which one holds the other", () => {
    assert.strictEqual(new Redaction({ A: "abc", B: "xabcx" }).text("xabcx abc"), "*** ***")
  })

  it("hides each long line of a secret that has several", () => {
    assert.strictEqual(new Redaction({ KEY: "first-line\nsecond-line" }).text("see second-line"), "see ***")
  })

  it("hides nothing for an empty secret, and looks for no short one in files", () => {
    assert.strictEqual(new Redaction({ A: "" }).text("plain"), "plain")
    const short = new Redaction({ PIN: "1234" })
    assert.strictEqual(short.text("pin 1234"), "pin ***")
    assert.isUndefined(short.foundIn(Buffer.from("1234")))
  })
})
