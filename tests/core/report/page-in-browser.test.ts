/** Pages in a real browser: what they ask for, how they look in light, dark and print, and how they are read without a mouse. */
import { Effect } from "effect"
import { assert, beforeAll, describe, it } from "vitest"
import { renderHtml } from "../../../core/report/html-report.ts"
import type { ReportModel } from "../../../core/report/ReportModel.ts"
import { noChromium } from "../../chromium.ts"
import { FAILURE, reportOf, SUCCESS } from "./example-report.ts"
import { pageOpener } from "./open-page.ts"
import { accessibilityFaults, looksOf, unoriginatedNumbers } from "./opened-page.ts"

/** The element that has the focus, and how it shows it. */
const FOCUSED = `(({ activeElement: active, body }) => active === null || active === body ? ["", ""]
  : [(active.tagName + " " + active.className).trim(), getComputedStyle(active).outlineStyle])(document)`

describe.skipIf(noChromium !== undefined)(
  `a report in Chromium${noChromium === undefined ? "" : ` (${noChromium})`}`,
  () => {
    const open = pageOpener()
    let success: ReportModel
    let failure: ReportModel

    beforeAll(async () => {
      success = await Effect.runPromise(reportOf(SUCCESS))
      failure = await Effect.runPromise(reportOf(FAILURE))
    })
    /** The longest names, those of other scripts, and those that would be markup. */
    const odd = (model: ReportModel): ReportModel => {
      const name = `π・研究 <b>&amp;</b> "q" ${"very-long-name-".repeat(12)}`
      return {
        ...{ ...model, name, description: name, paper: { title: name } },
        stages: model.stages.map((stage) => ({ ...stage, id: `${stage.id}-${name}`, summary: name }))
      }
    }

    it("draws, asks for nothing, and is not blank, in light and in dark", async () => {
      const light = await open(renderHtml(success))
      const dark = await open(renderHtml(success), "dark")
      for (const { page, complaints } of [light, dark]) {
        assert.deepStrictEqual(complaints, [])
        for (const part of [".plate img", "#graph svg", "#time svg", "#times img"]) {
          assert.isAbove((await looksOf(page, part)).colors, 20, part)
        }
      }
      for (const part of ["header", ".plate img", "#graph .wide"]) {
        const [bright, dim] = [await looksOf(light.page, part), await looksOf(dark.page, part)]
        assert.isAbove(bright.light, 200, part)
        assert.isBelow(dim.light, 70, part)
      }
    })

    it("can be read by keyboard and ear, and its text be seen, whatever the run came to", async () => {
      const bare = { ...success, description: undefined, paper: undefined, figures: [], expectations: [], stages: [] }
      const running = {
        ...success,
        run: { ...success.run, outcome: "running" as const, flaws: "its journal has lost 2 lines" }
      }
      for (const scheme of ["light", "dark"] as const) {
        const others = [failure, running, { ...bare, graph: { nodes: [], edges: [] } }]
        for (const model of [success, odd(failure), ...(scheme === "light" ? others : [])]) {
          const { page, complaints } = await open(renderHtml(model), scheme)
          await page.evaluate('document.querySelectorAll("details").forEach((one) => { one.open = true })')
          assert.deepStrictEqual(await accessibilityFaults(page), [])
          assert.deepStrictEqual(await unoriginatedNumbers(page), [])
          assert.deepStrictEqual(complaints, [])
          await page.close()
        }
      }
    })

    it("would be found out: the checks see what is wrong with a page", async () => {
      const { page } =
        await open(`<title></title><h1>1</h1><h3>a</h3><main><p style="color:#999">grey 7</p><img src="data:,">
<a href="#nowhere">b</a><table><tr><th>c</th></tr></table><i id="d"></i><i id="d"></i><button></button></main>`)
      const faults = (await accessibilityFaults(page)).join("\n")
      for (const fault of [
        "no language",
        "no title",
        "after h1 comes h3",
        "hard to see",
        "no words for img",
        "leads nowhere"
      ]) {
        assert.include(faults, fault)
      }
      for (const fault of ["no name: table", "heads of what?", "two elements with one id", "no name: button"]) {
        assert.include(faults, fault)
      }
      assert.deepStrictEqual(await unoriginatedNumbers(page), ["1", "grey 7"])
    })

    it("is no wider than its window, on a telephone too", async () => {
      for (const model of [success, odd(failure)]) {
        for (const width of [360, 800, 1200]) {
          const { page } = await open(renderHtml(model), "light", width)
          assert.isAtMost(await page.evaluate<number>("document.documentElement.scrollWidth"), width)
          await page.close()
        }
      }
    })

    it("shows the card without scrolling it sideways, each value below its name where there is no row of heads", async () => {
      for (const [width, isStacked] of [
        [360, true],
        [800, true],
        [1200, false]
      ] as const) {
        const { page } = await open(renderHtml(success), "light", width)
        const overflow = "(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)"
        assert.isAtMost(await page.evaluate<number>(`${overflow}(document.querySelector("#card .scroll"))`), 0)
        assert.strictEqual(await page.locator("#card thead").isVisible(), !isStacked)
        const names = await page.evaluate<ReadonlyArray<string>>(
          `[...document.querySelectorAll("#card tbody tr:first-child td")].map((cell) => getComputedStyle(cell, "::before").content)`
        )
        const told = ["Expected", "Ours", "Deviation", "Verdict"]
        assert.deepStrictEqual(names, isStacked ? told.map((name) => `"${name}"`) : told.map(() => "none"))
        await page.close()
      }
    })

    it("lets the keyboard reach everything, and shows where it is", async () => {
      const { page } = await open(renderHtml(success))
      const reached: Array<string> = []
      for (let presses = 0; presses < 400; presses++) {
        await page.keyboard.press("Tab")
        const [name, outline] = await page.evaluate<[string, string]>(FOCUSED)
        if (name === "") break
        assert.notStrictEqual(outline, "none", name)
        reached.push(name)
      }
      assert.strictEqual(reached[0], "A skip")
      for (const kind of ["A digest", "BUTTON", "SUMMARY", "PRE"]) assert.include(reached, kind)
    })

    it("sorts a table, unfolds what a link leads to, and copies commands, all by Enter", async () => {
      const { page } = await open(renderHtml(success))
      const first = () => page.locator("#card tbody tr").first().getAttribute("id")
      const before = await first()
      await page.locator("#card thead button", { hasText: "Ours" }).press("Enter")
      assert.notStrictEqual(await first(), before)
      assert.strictEqual(await page.locator("#card th[aria-sort]").textContent(), "Ours")
      const link = page.locator("#card a.digest").first()
      const target = page.locator((await link.getAttribute("href")) ?? "")
      assert.isFalse(await target.isVisible())
      await link.press("Enter")
      await target.waitFor({ state: "visible" })
      await page.locator(".commands button").first().press("Enter")
      await page.locator(".commands button", { hasText: /^(?:Copied|Selected)$/u }).waitFor()
    })

    it("prints in black on white from dark screens, with its metrics unfolded", async () => {
      const { page } = await open(renderHtml(success), "dark")
      await page.emulateMedia({ media: "print", colorScheme: "dark" })
      assert.isAbove((await looksOf(page, ".plate img")).light, 200)
      assert.strictEqual(await page.evaluate("getComputedStyle(document.body).backgroundColor"), "rgb(255, 255, 255)")
      // A4 between its margins.
      await page.setViewportSize({ width: 720, height: 1000 })
      assert.isAtMost(await page.evaluate<number>("document.documentElement.scrollWidth"), 720)
      assert.isFalse(await page.locator("nav").isVisible())
      await page.evaluate('dispatchEvent(new Event("beforeprint"))')
      assert.isTrue(await page.locator("#metrics table").first().isVisible())
      assert.isAbove((await page.pdf({ format: "A4" })).length, 10_000)
    })

    it("opens for ten thousand tasks as for one", async () => {
      const [stage] = success.stages.filter(({ tasks }) => tasks.some(({ metrics }) => Object.keys(metrics).length > 0))
      const [task] = stage?.tasks ?? []
      assert(stage !== undefined && task !== undefined)
      const tasks = Array.from({ length: 10_000 }, (_, index) => ({
        ...task,
        id: `${stage.id}@n=${index}`,
        anchor: index < 500 ? `task-${index}` : undefined
      }))
      const html = renderHtml({ ...success, expectations: [], stages: [{ ...stage, tasks }] })
      assert.isBelow(html.length, 3_000_000)
      const { page, complaints } = await open(html)
      assert.deepStrictEqual(complaints, [])
      assert.include(await page.locator("#metrics").textContent(), "9500 more tasks")
      assert.deepStrictEqual(await accessibilityFaults(page), [])
    })
  }
)
