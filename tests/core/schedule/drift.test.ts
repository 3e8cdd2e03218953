import { assert, describe, it } from "vitest"
import { DEVIATIONS_PER_MEDIAN } from "../../../core/explain/noise-level.ts"
import { findDrift, type RunFacts } from "../../../core/schedule/drift.ts"
import { spreadOf } from "../../../core/schedule/spread.ts"
import { Random } from "../../faults/Random.ts"

const facts = (parts: Partial<RunFacts>): RunFacts => ({
  ...{ run: "now", traceId: "trace", machine: "here" },
  ...{ verdicts: new Map(), metrics: new Map(), stages: new Map(), results: new Map() },
  ...parts
})

const withMetric = (value: number): RunFacts => facts({ metrics: new Map([["a.m", value]]) })
const withStage = (millis: number, machine = "here"): RunFacts => facts({ stages: new Map([["a", millis]]), machine })
const wordsOf = (now: RunFacts, before: ReadonlyArray<RunFacts>): ReadonlyArray<string> =>
  findDrift(now, before).map(({ words }) => words)

describe("a spread", () => {
  it("is that of a normal distribution, and a few odd numbers do not move it", () => {
    const random = new Random(7)
    const normal = Array.from(
      { length: 4000 },
      () => 5 + Array.from({ length: 12 }, () => random.next()).reduce((a, b) => a + b, -6)
    )
    const { deviation, median } = spreadOf([...normal, ...Array.from({ length: 80 }, () => 1e9)])
    assert.closeTo(median, 5, 0.1)
    assert.closeTo(deviation, 1, 0.1)
  })

  it("of an even number lies between the middle two", () => {
    assert.deepStrictEqual(spreadOf([4, 1, 2, 9]), { median: 3, deviation: 1.5 * DEVIATIONS_PER_MEDIAN, count: 4 })
  })
})

describe("drift", () => {
  const verdict = (now: "met" | "missed" | "not recorded") => facts({ verdicts: new Map([["a.m", now]]) })

  it("is an expectation newly missed or met again, by the last run that judged it", () => {
    assert.deepStrictEqual(wordsOf(verdict("missed"), [facts({}), verdict("met"), verdict("missed")]), [
      "a.m is newly missed"
    ])
    assert.deepStrictEqual(wordsOf(verdict("met"), [verdict("not recorded")]), ["a.m is met again"])
    assert.deepStrictEqual(wordsOf(verdict("missed"), [verdict("not recorded"), verdict("met")]), [])
    assert.deepStrictEqual(wordsOf(verdict("missed"), []), [])
  })

  it("is a metric outside of its own spread, where there are runs enough", () => {
    const before = [1.01, 0.99, 1, 1.02, 0.98].map(withMetric)
    assert.deepStrictEqual(wordsOf(withMetric(1.05), before), [])
    assert.deepStrictEqual(wordsOf(withMetric(1.2), before), ["a.m is 1.2, and was 1 ± 0.0593041 in 5 runs"])
    assert.deepStrictEqual(wordsOf(withMetric(1.2), before.slice(1)), [])
    assert.lengthOf(findDrift(withMetric(Number.NaN), before), 1)
  })

  it("of a metric that never differed is what is more than rounding", () => {
    const before = [1, 2, 3, 4, 5].map(() => withMetric(0.1))
    assert.deepStrictEqual(wordsOf(withMetric(0.1 + 1e-14), before), [])
    assert.lengthOf(findDrift(withMetric(0.1000001), before), 1)
    assert.deepStrictEqual(
      wordsOf(
        withMetric(Number.NaN),
        [1, 2, 3, 4, 5].map(() => withMetric(Number.NaN))
      ),
      []
    )
  })

  it("goes by the level that a metric has come to, once it has stayed there", () => {
    const noise = [0.01, -0.01, 0, 0.02, -0.02, 0.01, 0, -0.01, 0.02, -0.01]
    const old = noise.map((part) => withMetric(1 + part))
    const since = (runs: number) => [...noise.slice(0, runs).map((part) => withMetric(2 + part)), ...old]
    assert.lengthOf(findDrift(withMetric(2), since(0)), 1)
    assert.lengthOf(findDrift(withMetric(2), since(4)), 1)
    assert.deepStrictEqual(wordsOf(withMetric(2), since(5)), [])
    assert.lengthOf(findDrift(withMetric(1), since(5)), 1)
    const exact = [...Array.from({ length: 5 }, () => withMetric(3)), ...Array.from({ length: 9 }, () => withMetric(1))]
    assert.deepStrictEqual(wordsOf(withMetric(3), exact), [])
    assert.lengthOf(findDrift(withMetric(1), exact), 1)
  })

  it("is a stage slower than its history, on such a machine, and never a faster one", () => {
    const before = [60_000, 61_000, 59_000, 60_500, 59_500].map((millis) => withStage(millis))
    assert.deepStrictEqual(wordsOf(withStage(74_000), before), [])
    assert.deepStrictEqual(wordsOf(withStage(80_000), before), ["a took 1m 20s, and 1m 00s in 5 runs"])
    assert.deepStrictEqual(wordsOf(withStage(10), before), [])
    assert.deepStrictEqual(wordsOf(withStage(80_000, "there"), before), [])
    const [finding] = findDrift(withStage(80_000), before)
    assert.deepInclude(finding, { kind: "stage", run: "now", traceId: "trace", medianMillis: 60_000 })
  })

  it("of times is nothing that takes less than a second", () => {
    assert.deepStrictEqual(
      wordsOf(
        withStage(900),
        [10, 10, 11, 10, 10].map((millis) => withStage(millis))
      ),
      []
    )
  })

  it("is other bytes by the same key", () => {
    const result = (run: string, key: string, digest: string) =>
      facts({ run, results: new Map([["a", { key, outputs: { x: digest } }]]) })
    const before = [result("third", "k2", "d9"), result("second", "k1", "d1"), result("first", "k1", "d0")]
    assert.deepStrictEqual(wordsOf(result("now", "k1", "d1"), before), [])
    assert.deepStrictEqual(wordsOf(result("now", "k1", "d2"), before), [
      "a.x has other bytes than in second, by the same code from the same inputs"
    ])
    assert.deepStrictEqual(wordsOf(result("now", "k3", "d2"), before), [])
  })
})
