/** Pages on several runs in a real browser: what they ask for, how they look, and how they are read without a mouse. */
import { assert, describe, it, vi } from "vitest"
import { renderComparison } from "../../../core/report/comparison-page.ts"
import { renderHistory } from "../../../core/report/history-page.ts"
import { noChromium } from "../../chromium.ts"
import { COMPARISON, manyCompared } from "./example-comparison.ts"
import { HISTORY } from "./example-history.ts"
import { pageOpener } from "./open-page.ts"
import { accessibilityFaults, looksOf } from "./opened-page.ts"

const PAGES = {
  comparison: renderComparison(COMPARISON),
  "comparison of twenty runs": renderComparison(manyCompared(20, 200)),
  history: renderHistory(HISTORY)
}

describe.skipIf(noChromium !== undefined)(
  `pages on several runs in Chromium${noChromium === undefined ? "" : ` (${noChromium})`}`,
  () => {
    const open = pageOpener()

    it.each(Object.entries(PAGES))(
      "a %s can be read by keyboard and ear, asks for nothing, and fits",
      async (_, html) => {
        for (const scheme of ["light", "dark"] as const) {
          const { page, complaints } = await open(html, scheme)
          await page.evaluate('document.querySelectorAll("details").forEach((one) => { one.open = true })')
          assert.deepStrictEqual(await accessibilityFaults(page), [])
          assert.deepStrictEqual(complaints, [])
          await page.close()
        }
        for (const width of [360, 800]) {
          const { page } = await open(html, "light", width)
          assert.isAtMost(await page.evaluate<number>("document.documentElement.scrollWidth"), width)
          await page.close()
        }
      }
    )

    it("draws courses, in light and in dark", async () => {
      const [light, dark] = [await open(PAGES.history), await open(PAGES.history, "dark")]
      const part = ".courses figure"
      for (const { page } of [light, dark]) assert.isAbove((await looksOf(page, part)).colors, 12)
      assert.isAbove((await looksOf(light.page, part)).light, 200)
      assert.isBelow((await looksOf(dark.page, part)).light, 70)
    })

    it("scrolls a wide table by keyboard, its names staying in sight", async () => {
      const { page } = await open(PAGES["comparison of twenty runs"], "light", 800)
      const table = page.locator("#metrics .beside")
      const name = table.locator("tbody th").first()
      const before = (await name.boundingBox())?.x
      await table.focus()
      for (let presses = 0; presses < 8; presses++) await page.keyboard.press("ArrowRight")
      // Scrolling takes some frames; the policy of the page lets nothing be evaluated in it that would wait there.
      await vi.waitFor(async () => {
        assert.isAbove(await page.evaluate<number>('document.querySelector("#metrics .beside").scrollLeft'), 0)
      })
      await vi.waitFor(async () => assert.strictEqual((await name.boundingBox())?.x, before))
    })
  }
)
