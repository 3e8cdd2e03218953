import { assert, describe, it } from "@effect/vitest"
import { DARK, LIGHT, SERIES } from "../../../core/report/palette.ts"

/** Relative luminance (WCAG 2.2). */
const luminance = (color: string): number => {
  const [red, green, blue] = [1, 3, 5].map((start) => {
    const share = Number.parseInt(color.slice(start, start + 2), 16) / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!
}

const contrast = (a: string, b: string): number => {
  const [dark, bright] = [luminance(a), luminance(b)].sort((one, other) => one - other)
  return (bright! + 0.05) / (dark! + 0.05)
}

describe("palettes", () => {
  const texts = ["ink", "muted", "accent", "met", "missed", "absent"] as const
  const grounds = ["paper", "card", "faint"] as const

  it.each([
    ["light", LIGHT],
    ["dark", DARK]
  ] as const)("let text be read on %s ground", (_, palette) => {
    for (const text of texts) {
      for (const ground of grounds) {
        assert.isAtLeast(contrast(palette[text], palette[ground]), 4.5, `${text} on ${ground}`)
      }
    }
  })

  it("let white text be read on every bar", () => {
    for (const color of [...SERIES, LIGHT.failed]) assert.isAtLeast(contrast(color, "#ffffff"), 4.5, color)
  })
})
