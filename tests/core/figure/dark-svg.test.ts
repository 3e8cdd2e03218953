import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { darkColor, darkSvg, schemedSvg } from "../../../core/figure/dark-svg.ts"
import { renderSvg } from "../../../core/figure/render-svg.ts"
import { THEME } from "../../../core/figure/theme.ts"
import { DARK, LIGHT } from "../../../core/report/palette.ts"
import { closest, contrast, SIGHTS } from "../../colors.ts"

const CATEGORIES = (THEME.range as { readonly category: ReadonlyArray<string> }).category

describe("darkColor", () => {
  it("puts the ground where the page has it, and ink where it can be read", () => {
    assert.strictEqual(darkColor("white"), DARK.plate)
    assert.strictEqual(LIGHT.plate, "#ffffff")
    for (const ink of ["#222222", "#555555", "black"]) assert.isAtLeast(contrast(darkColor(ink), DARK.plate), 4.5, ink)
  })

  it("keeps the order of lightness, so that scales go on to mean what they meant", () => {
    const viridis = ["#440154", "#414487", "#2A788E", "#22A884", "#7AD151", "#FDE725"]
    const contrasts = viridis.map((color) => contrast(darkColor(color), "#000000"))
    assert.deepStrictEqual(
      contrasts,
      contrasts.toSorted((a, b) => a - b)
    )
  })

  it("leaves what is no colour", () => {
    for (const text of ["none", "transparent", "url(#a)", "currentColor"]) assert.strictEqual(darkColor(text), text)
  })

  it.each(Object.entries(SIGHTS))("keeps the colours of categories apart, on both grounds: %s", (_, sight) => {
    // Three times what is just noticeable: 2.3 (Mahy, Van Eycken and Oosterlinck 1994).
    assert.isAtLeast(closest([...CATEGORIES, LIGHT.plate], sight), 7)
    assert.isAtLeast(closest([...CATEGORIES.map(darkColor), DARK.plate], sight), 7)
  })

  it("shows every category on its ground", () => {
    for (const color of CATEGORIES) {
      assert.isAtLeast(contrast(darkColor(color), DARK.plate), 3, color)
    }
  })
})

describe("the picture on dark ground", () => {
  const figure = {
    spec: {
      title: 'fill="#222222"',
      data: { values: [0, 1, 2].map((x) => ({ x, kind: `k${x}` })) },
      mark: "bar",
      encoding: {
        x: { field: "kind", type: "nominal" },
        y: { field: "x", type: "quantitative" },
        color: { field: "kind", type: "nominal" }
      }
    }
  }

  it.effect("has other colours and the same shapes", () =>
    Effect.gen(function* () {
      const svg = yield* renderSvg(figure)
      const dark = darkSvg(svg)
      const shapes = (text: string): string => text.replace(/="(?:#[0-9a-f]{6}|white|black)"/giu, "")
      assert.strictEqual(shapes(dark), shapes(svg))
      for (const color of CATEGORIES.slice(0, 3)) assert.notInclude(dark, color)
      assert.include(dark, `fill="${DARK.plate}"`)
    })
  )

  it.effect("is the same picture with a rule for each colour, for who follows the scheme", () =>
    Effect.gen(function* () {
      const svg = yield* renderSvg(figure)
      const schemed = schemedSvg(svg)
      assert.strictEqual(schemed.replace(/<style>.*?<\/style>/u, ""), svg)
      assert.include(schemed, `[fill="${CATEGORIES[0]}"]{fill:${darkColor(CATEGORIES[0] ?? "")}}`)
    })
  )
})
