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

  it.each(["", "u", "u:", "u:p"])("hides a secret in base64 of a text in which it stands after %j", (before) => {
    const redaction = new Redaction({ TOKEN })
    for (const form of ["base64", "base64url"] as const) {
      const spelling = Buffer.from(`${before}${TOKEN}\nand more`).toString(form)
      assert.strictEqual(redaction.text(`Basic=${spelling}.`), "Basic=***.")
      assert.strictEqual(redaction.foundIn(Buffer.from(spelling)), "TOKEN")
    }
  })

  it("hides a secret that a text has very often", () => {
    const word = Buffer.from(TOKEN).toString("base64")
    assert.strictEqual(new Redaction({ TOKEN }).text(`${word} `.repeat(100_000)), "*** ".repeat(100_000))
  })

  it("hides a secret in hexadecimal digits, and one that colours or control characters part", () => {
    const redaction = new Redaction({ TOKEN })
    const digits = Buffer.from(`x${TOKEN}`).toString("hex")
    assert.strictEqual(redaction.text(digits), "78***")
    assert.strictEqual(redaction.text(digits.toUpperCase()), "78***")
    const coloured = `a \u001b[01;31m\u001b[K${TOKEN.slice(0, 3)}\u001b[m\u001b[K${TOKEN.slice(3)}\tz\n`
    assert.strictEqual(redaction.text(coloured), "a ***\tz\n")
    assert.strictEqual(redaction.text(`${TOKEN.slice(0, 3)}\u0008\u200b${TOKEN.slice(3)}`), "***")
    assert.strictEqual(redaction.text("\u001b[31mred\u001b[m"), "\u001b[31mred\u001b[m")
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
