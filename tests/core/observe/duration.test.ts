import { assert, describe, it } from "@effect/vitest"
import { durationText, stopwatchText } from "../../../core/observe/duration.ts"

describe("stopwatchText", () => {
  it.each([
    [-5, "0:00"],
    [999, "0:00"],
    [41_000, "0:41"],
    [725_999, "12:05"],
    [3_723_000, "1:02:03"],
    [360_000_000, "100:00:00"]
  ])("writes %d ms as %s", (millis, text) => {
    assert.strictEqual(stopwatchText(millis), text)
  })
})

describe("durationText", () => {
  it.each([
    [-1, "0ms"],
    [0.4, "0ms"],
    [870, "870ms"],
    [999.4, "999ms"],
    [999.5, "1.0s"],
    [4100, "4.1s"],
    [59_949, "59.9s"],
    [59_950, "1m 00s"],
    [171_000, "2m 51s"],
    [3_599_499, "59m 59s"],
    [3_599_500, "1h 00m"],
    [3_840_000, "1h 04m"],
    [86_370_000, "1d 00h"],
    [266_400_000, "3d 02h"]
  ])("writes %d ms as %s", (millis, text) => {
    assert.strictEqual(durationText(millis), text)
  })
})
