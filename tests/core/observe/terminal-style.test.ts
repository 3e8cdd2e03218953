import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { bar, clip, clipName, symbolsOf, widthOf } from "../../../core/observe/terminal-style.ts"

const unicode = symbolsOf({ color: false, unicode: true })
const ascii = symbolsOf({ color: false, unicode: false })

const Share = Schema.Finite.check(Schema.isBetween({ minimum: -1, maximum: 2 }))
const Cells = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 40 }))

describe("bar", () => {
  it.prop("has the same width whatever it shows", { share: Share, cells: Cells }, ({ share, cells }) =>
    [unicode, ascii].every((symbols) => widthOf(bar(share, cells, symbols)) === cells + 2)
  )

  it("fills an eighth of a cell at a time", () => {
    assert.deepStrictEqual(
      [0, 1 / 16, 0.25, 0.5, 15 / 16, 1].map((share) => bar(share, 2, unicode)),
      ["▕  ▏", "▕▏ ▏", "▕▌ ▏", "▕█ ▏", "▕█▉▏", "▕██▏"]
    )
    assert.strictEqual(bar(0.999, 12, ascii), "[###########.]")
  })
})

describe("widthOf", () => {
  it("gives two columns to what a terminal shows so wide", () => {
    assert.deepStrictEqual(["train", "größe", "✓ ▕█▏…", "訓練", "🔥a", "e\u0301"].map(widthOf), [5, 5, 6, 4, 3, 1])
  })
})

describe("clipName", () => {
  it.prop(
    "is never longer than asked, and leaves alone what fits",
    { text: Schema.String, columns: Cells },
    ({ text, columns }) => {
      const clipped = clipName(text, columns, unicode)
      return widthOf(clipped) <= columns && (widthOf(text) > columns || clipped === text)
    }
  )

  it("keeps both ends", () => {
    assert.strictEqual(clipName("train@width=500,init=3", 12, unicode), "train@…nit=3")
    assert.strictEqual(clipName("訓練訓練訓練", 7, unicode), "訓…練")
  })
})

describe("clip", () => {
  it.prop(
    "is never longer than asked, and leaves alone what fits",
    { text: Schema.String, columns: Cells },
    ({ text, columns }) => {
      const clipped = clip(text, columns, unicode)
      return widthOf(clipped) <= columns && (widthOf(text) > columns || clipped === text)
    }
  )
})
