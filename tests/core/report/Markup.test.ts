import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { escaped, markup, nameMarkup } from "../../../core/report/Markup.ts"

describe("markup", () => {
  it("escapes what is put in, also in attributes and lists", () => {
    const hostile = `"><script>alert('&')</script>`
    const { text } = markup`<a title="${hostile}">${[hostile, markup`<b>${hostile}</b>`]}</a>`
    const safe = "&quot;&gt;&lt;script&gt;alert(&#39;&amp;&#39;)&lt;/script&gt;"
    assert.strictEqual(text, `<a title="${safe}">${safe}<b>${safe}</b></a>`)
  })

  it("leaves nothing for what is not there, and writes numbers", () => {
    assert.strictEqual(markup`[${undefined}${false}${0}${[]}]`.text, "[0]")
  })
})

describe("escaped", () => {
  it.prop(
    "leaves no sign that means something in markup, and nothing that XML forbids",
    { text: Schema.String },
    ({ text }) => {
      const result = escaped(text)
      return (
        !/[<>"']/u.test(result) &&
        !/&(?!(?:amp|lt|gt|quot|#39);)/u.test(result) &&
        !/\p{Cc}/u.test(result.replace(/[\t\n\r\u0080-\u009f]/gu, ""))
      )
    }
  )

  it("replaces halves of characters", () => {
    assert.strictEqual(escaped("a\ud800b\u0000"), "a\ufffdb\ufffd")
  })
})

describe("nameMarkup", () => {
  it("lets a name break between its parts", () => {
    assert.strictEqual(
      nameMarkup("curves.growth@width=500,<").text,
      "<code>curves.<wbr>growth@<wbr>width=500,<wbr>&lt;</code>"
    )
  })
})
