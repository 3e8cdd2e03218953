import { assert, describe, it } from "@effect/vitest"
import { metricHint } from "../../../core/cli/known-metric.ts"

const METRICS = [
  "loss at start",
  "train.loss at start",
  "loss at end",
  "train.loss at end",
  "test.error",
  "growth@width=500"
]

describe("metricHint", () => {
  it.each([
    ["tets.error", 'did you mean "test.error"?'],
    ["loss at", 'did you mean "loss at start", "train.loss at start", "loss at end", "train.loss at end"?'],
    ["trian.loss", 'did you mean "train.loss at start", "train.loss at end"?'],
    ["growht", 'did you mean "growth@width=500"?'],
    ["accuracy", "(metrics: "]
  ])("for %s says %s", (name, words) => {
    assert.include(metricHint(name, METRICS) ?? "", words)
  })
})
