import { assert, describe, it } from "@effect/vitest"
import type { ComparisonModel } from "../../../core/report/ComparisonModel.ts"
import { renderComparison } from "../../../core/report/comparison-page.ts"
import { COMPARISON, manyCompared } from "./example-comparison.ts"
import { readTags, readText } from "./page-reader.ts"

/** The row of a metric, as markup. */
const rowOf = (html: string, name: string): string => {
  const rows = [...html.slice(html.indexOf('id="metrics"')).matchAll(/<tr>[\s\S]*?<\/tr>/gu)].map(([row]) => row)
  return rows.find((row) => row.replaceAll("<wbr>", "").includes(`<code>${name}</code>`)) ?? ""
}

describe("renderComparison", () => {
  const html = renderComparison(COMPARISON)

  it("writes one well-formed page with every part", () => {
    const ids = readTags(html).flatMap(
      ({ attributes }) => /\bid="(?<id>[^"]*)"/u.exec(attributes)?.groups?.["id"] ?? []
    )
    assert.deepStrictEqual(ids, ["main", "runs", "causes", "params", "card", "metrics", "figures", "time", "code"])
    assert.notMatch(readText(html.replaceAll("<wbr>", "")), /undefined|\[object|NaN|Infinity/u)
  })

  it("sets metrics side by side, those first of which something is expected, with the better one marked", () => {
    const text = readText(html.replaceAll("<wbr>", ""))
    assert.isBelow(text.indexOf("train.loss"), text.indexOf("train.accuracy"))
    assert.match(
      rowOf(html, "train.loss"),
      /<td>0\.5<\/td><td><span class="best">best<\/span>0\.25<\/td><td>-0\.25<\/td><td>-50 %<\/td>/u
    )
    assert.include(rowOf(html, "extra.size"), "–")
  })

  it("says of a metric that it diverged, takes no difference from it, and marks it as no best one", () => {
    const { comparison, goals } = COMPARISON
    const metrics = [
      { name: "train.loss", values: [0.5, Number.NaN] },
      { name: "train.rate", values: [Number.NaN, Number.NaN] },
      { name: "train.gain", values: [1, Number.POSITIVE_INFINITY] }
    ]
    const page = renderComparison({
      ...COMPARISON,
      comparison: { ...comparison, metrics },
      goals: new Map([...goals, ["train.gain", { _tag: "AtLeast", bound: 1 }]])
    })
    assert.include(rowOf(page, "train.loss"), "<td>0.5</td><td>NaN</td><td></td><td></td>")
    assert.include(rowOf(page, "train.gain"), "<td>1</td><td>∞</td><td></td><td></td>")
    assert.include(page, "2 metrics of 3 differ")
  })

  it("says what was changed, and whom it reached", () => {
    const text = readText(html.replaceAll("<wbr>", ""))
    for (const part of ["param lr 0.1→0.2", "ntk-study.yaml:3:9", "→ train", "function step changed", "it is lost"]) {
      assert.include(text, part)
    }
  })

  it("shows a list of the pipeline as it is written", () => {
    const params = [{ name: "rates", values: ["[0.1,0.4]", "[0.2,0.5]"] }]
    const page = renderComparison({ ...COMPARISON, comparison: { ...COMPARISON.comparison, params } })
    assert.include(page, "<code>[0.1,0.4]</code></td><td><code>[0.2,0.5]</code>")
  })

  it("lets no name out of its place", () => {
    const hostile = `</script><img src=x onerror=alert(1)>"'&`
    const poisoned = JSON.parse(JSON.stringify(COMPARISON), (_, value) =>
      typeof value === "string" && !OWN.has(value) ? value + hostile : value
    ) as ComparisonModel
    const page = renderComparison({ ...poisoned, goals: new Map() })
    assert.deepStrictEqual(
      readTags(page).filter(({ name, attributes }) => name === "img" && !attributes.includes("data:")),
      []
    )
    assert.strictEqual(page.split("<script").length, 2)
  })

  it("stays a page that opens with twenty runs and a thousand metrics, and says what it leaves out", () => {
    const whole = renderComparison(manyCompared(20, 1000))
    assert.isBelow(whole.length, 3e6)
    assert.include(readText(renderComparison(manyCompared(3, 1300))), "and 300 more metrics")
  })
})

/** The program's own words. */
const OWN = new Set(["AtMost", "paper", "success", "met", "missed", "beside", "Svg", "Missing", "(run)"])
