import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { instantText, numberText, signedPercentText, signedText } from "../../../core/report/quantity-text.ts"

describe("numberText", () => {
  it.each([
    [1.129, "1.129"],
    [0.0457, "0.0457"],
    [1 / 3, "0.333333"],
    [3.1e-9, "3.1e-9"],
    [123_456_789, "123457000"],
    [6.02214076e23, "6.02214e23"],
    [-0.5, "-0.5"],
    [0, "0"],
    [Number.NaN, "NaN"],
    [Number.NEGATIVE_INFINITY, "-∞"]
  ])("writes %d as %s", (value, text) => {
    assert.strictEqual(numberText(value), text)
  })

  it.prop("writes what reads as the same number, to six digits", { value: Schema.Finite }, ({ value }) => {
    return Math.abs(Number(numberText(value)) - value) <= 5.1e-6 * Math.abs(value)
  })
})

describe("signedText", () => {
  it("writes the sign of a difference", () => {
    assert.deepStrictEqual([0.0022, -0.0349, 0, 1.7e-7].map(signedText), ["+0.0022", "-0.0349", "0", "+1.7e-7"])
    assert.deepStrictEqual([0.0018, -0.436].map(signedPercentText), ["+0.18 %", "-44 %"])
  })
})

describe("instantText", () => {
  it("writes universal time", () => {
    assert.strictEqual(instantText(Date.UTC(2026, 10, 24, 10, 30, 12, 987)), "2026-11-24 10:30:12 UTC")
  })
})
