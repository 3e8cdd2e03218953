import { assert, describe, it } from "@effect/vitest"
import { DARK, LIGHT, SERIES } from "../../../core/report/palette.ts"
import { contrast } from "../../colors.ts"

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
