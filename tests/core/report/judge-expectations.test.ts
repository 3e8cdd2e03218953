import { assert, describe, it } from "@effect/vitest"
import type { Tolerance } from "../../../core/document/PipelineDocument.ts"
import { deviationText, expectedText, judge } from "../../../core/report/judge-expectations.ts"
import { reals } from "../../reals.ts"
import { expectation } from "./example-run.ts"

const absolute = (value: number, tolerance: number): Tolerance => ({ _tag: "Absolute", value, tolerance })
const relative = (value: number, tolerance: number): Tolerance => ({ _tag: "Relative", value, tolerance })
const atMost = (bound: number): Tolerance => ({ _tag: "AtMost", bound })
const between = (least: number, most: number): Tolerance => ({ _tag: "Between", least, most })
const atLeast = (bound: number): Tolerance => ({ _tag: "AtLeast", bound })

const verdict = (tolerance: Tolerance, measured: number | undefined) =>
  judge(expectation("a.b", tolerance), measured).verdict

describe("judge", () => {
  it.each([
    ["the value itself", absolute(1.129, 0.06), 1.129, "met"],
    ["the upper end, though 1.1 - 1 > 0.1 in binary", absolute(1, 0.1), 1.1, "met"],
    ["the lower end", absolute(1, 0.1), 0.9, "met"],
    ["just beyond the upper end", absolute(1, 0.1), 1.1000001, "missed"],
    ["just beyond the lower end", absolute(1, 0.1), 0.8999999, "missed"],
    ["a tolerance of nothing", absolute(3, 0), 3, "met"],
    ["anything else under a tolerance of nothing", absolute(3, 0), 3.000001, "missed"],
    ["a share of the value", relative(0.0457, 0.05), 0.0479, "met"],
    ["more than a share of the value", relative(0.00108, 0.05), 0.00121, "missed"],
    ["a share of a negative value", relative(-2, 0.1), -2.2, "met"],
    ["nothing as a share of zero", relative(0, 0.5), 0.001, "missed"],
    ["zero as a share of zero", relative(0, 0.5), 0, "met"],
    ["the bound above", atMost(0.05), 0.05, "met"],
    ["less than the bound above", atMost(0.05), -7, "met"],
    ["more than the bound above", atMost(0.05), 0.0501, "missed"],
    ["the bound below", atLeast(30), 30, "met"],
    ["less than the bound below", atLeast(30), 29.99, "missed"],
    ["the upper end of a range", between(0.1, 0.3), 0.3, "met"],
    ["the lower end of a range", between(0.1, 0.3), 0.1, "met"],
    ["what is above a range", between(0.1, 0.3), 0.30001, "missed"],
    ["what is below a range", between(0.1, 0.3), 0.0999, "missed"],
    ["a range of one number", between(2, 2), 2, "met"],
    ["a range of all numbers", between(-Number.MAX_VALUE, Number.MAX_VALUE), 1e308, "met"],
    ["what is no number", absolute(1, 1e9), Number.NaN, "missed"],
    ["what is beyond all numbers", atLeast(0), Number.POSITIVE_INFINITY, "missed"],
    ["what is below all numbers", atMost(0), Number.NEGATIVE_INFINITY, "missed"],
    ["what was not recorded", absolute(1, 1e9), undefined, "not recorded"]
  ] as const)("judges %s", (_, tolerance, measured, expected) => {
    assert.strictEqual(verdict(tolerance, measured), expected)
  })

  const Numbers = {
    value: reals(-1e6, 1e6),
    tolerance: reals(0, 1e6),
    share: reals(-3, 3)
  }

  it.prop("agrees with the mirror image of an expectation", Numbers, ({ value, tolerance, share }) => {
    const measured = value + share * tolerance
    return verdict(absolute(value, tolerance), measured) === verdict(absolute(-value, tolerance), -measured)
  })

  it.prop(
    "finds a value within a tolerance exactly when it lies within both bounds",
    Numbers,
    ({ value, tolerance, share }) => {
      const measured = value + share * tolerance
      const distance = Math.abs(Math.abs(share) - 1)
      // At the very ends the two may round differently.
      if (distance < 1e-6) return true
      const isWithin =
        verdict(atMost(value + tolerance), measured) === "met" &&
        verdict(atLeast(value - tolerance), measured) === "met"
      return (verdict(absolute(value, tolerance), measured) === "met") === isWithin
    }
  )

  it.prop(
    "finds a value within a range exactly when it lies within both bounds",
    Numbers,
    ({ value, tolerance, share }) => {
      const measured = value + share * tolerance
      const isWithin =
        verdict(atMost(value + tolerance), measured) === "met" && verdict(atLeast(value), measured) === "met"
      return (verdict(between(value, value + tolerance), measured) === "met") === isWithin
    }
  )

  it("measures the deviation from the value and as a share of it", () => {
    const { deviation, words } = judge(expectation("a.b", relative(0.00108, 0.05)), 0.0012087)
    assert.closeTo(deviation?.absolute ?? 0, 0.0001287, 1e-12)
    assert.closeTo(deviation?.relative ?? 0, 0.1191667, 1e-6)
    assert.strictEqual(deviation && deviationText(deviation), "+0.000129 (+12 %)")
    assert.strictEqual(deviationText({ absolute: 0.0836, relative: 8.36e7 }), "+0.0836")
    assert.strictEqual(words, "12 % above, 2.4 times the tolerance")
  })

  it("gives no share of zero", () => {
    const { deviation } = judge(expectation("a.b", absolute(0, 0.1)), 0.02)
    assert.deepStrictEqual(deviation, { absolute: 0.02, relative: undefined })
  })

  it("says why there is no number", () => {
    assert.strictEqual(judge(expectation("a.b", atMost(1)), undefined, "its task failed").words, "its task failed")
    assert.strictEqual(judge(expectation("a.b", atMost(1)), Number.NaN).words, "no finite number")
  })

  it("says how far beyond a bound a number lies", () => {
    assert.strictEqual(judge(expectation("a.b", atMost(0.05)), 0.08).words, "0.03 above the bound")
    assert.strictEqual(judge(expectation("a.b", atLeast(30)), 28).words, "2 below the bound")
  })

  it("compares with the nearer of two bounds", () => {
    const judged = (measured: number) => judge(expectation("a.b", between(0.5, 2)), measured)
    assert.deepInclude(judged(2.5), { words: "0.5 above the range", deviation: { absolute: 0.5, relative: 0.25 } })
    assert.deepInclude(judged(0.25), { words: "0.25 below the range", deviation: { absolute: -0.25, relative: -0.5 } })
    assert.deepInclude(judged(1), { words: "within both bounds", deviation: { absolute: 0.5, relative: 1 } })
  })
})

describe("expectedText", () => {
  it.each([
    [absolute(1.129, 0.06), "1.129 ± 0.06"],
    [relative(0.0457, 0.05), "0.0457 ± 5 %"],
    [atMost(0.05), "≤ 0.05"],
    [atLeast(1e-9), "≥ 1e-9"],
    [between(-1, 0.25), "-1 … 0.25"]
  ])("writes %o", (tolerance, text) => {
    assert.strictEqual(expectedText(tolerance), text)
  })
})
