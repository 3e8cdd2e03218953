import { assert, describe, it } from "@effect/vitest"
import { LIMIT_COLOR, widthColors } from "../../../stages/ntk/colors.ts"
import { closest, lightnessOf, SIGHTS } from "../../colors.ts"

describe("widthColors", () => {
  it.each(Object.entries(SIGHTS))(
    "has ten colours that differ from each other, from black and from white: %s",
    (_, sight) => {
      assert.isAbove(closest([...widthColors(10), LIMIT_COLOR, "#FFFFFF"], sight), 16.9)
    }
  )

  it("begins with the same colours however many there are, up to ten", () => {
    for (let count = 0; count <= 10; count++)
      assert.deepStrictEqual(widthColors(count), widthColors(10).slice(0, count))
  })

  it.each([6, 7, 10, 11, 12, 25, 60])("gives %i widths colours of their own, and none the limit's", (count) => {
    const colors = widthColors(count)
    assert.strictEqual(colors.length, count)
    assert.strictEqual(new Set([...colors, LIMIT_COLOR]).size, count + 1)
    for (const color of colors) assert.match(color, /^#[0-9A-F]{6}$/u)
  })

  it.each(Object.entries(SIGHTS))("goes beyond ten from dark to light, step by step: %s", (_, sight) => {
    const lightness = widthColors(14).map((color) => lightnessOf(color, sight))
    for (const [index, value] of lightness.slice(1).entries()) assert.isAbove(value, lightness[index]!)
  })
})
