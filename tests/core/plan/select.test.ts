import { assert, describe, it } from "@effect/vitest"
import { Effect, Result } from "effect"
import type { Plan } from "../../../core/plan/Plan.ts"
import { findTargets, selectGrowing } from "../../../core/plan/select.ts"
import { growing, planned } from "./planned.ts"

/** Why the plan has nothing of this name; `undefined` where nothing tells. */
const because = (plan: Plan, target: string): string | undefined => {
  const found = findTargets(plan, [target])
  assert.isTrue(Result.isFailure(found), target)
  return Result.isFailure(found) ? found.failure.because : undefined
}

describe("findTargets", () => {
  it("says of what is in the file and not in the plan why it is not", async () => {
    const plan = await planned(`stages:
  off: { uses: make/tensor, matrix: { n: [1, 2] }, when: "\${{ matrix.n > 2 }}" }
  next: { uses: take/one, matrix: { n: [1, 2] }, inputs: { in: off.out } }
  grid: { uses: make/tensor, matrix: { n: [1, 2], m: [1, 2], exclude: [{ n: 2 }], include: [{ n: 2, m: 1 }] } }
  none: { uses: make/tensor, matrix: { n: [1], exclude: [{ n: 1 }] } }
`)
    assert.strictEqual(because(plan, "off"), "its condition is false")
    assert.strictEqual(because(plan, "off@n=1"), "its condition is false")
    assert.strictEqual(because(plan, "next"), "it needs off")
    assert.strictEqual(because(plan, "grid@n=2,m=2"), "exclude takes it away")
    assert.strictEqual(because(plan, "none"), "exclude takes it away")
    for (const unknown of ["of", "off@n=3", "grid@n=3,m=1"]) assert.isUndefined(because(plan, unknown))
    assert.isTrue(Result.isSuccess(findTargets(plan, ["grid@n=2,m=1"])))
  })

  it("takes of a stage whose tasks are not known the names that they may come to have", async () => {
    const plan = await growing(`stages:
  split: { uses: make/tensor }
  part: { uses: make/tensor, matrix: { i: { from: split.side }, j: [1] } }
`)
    for (const name of ["part", "part@i=1,j=1", "part@j=1,i=1"])
      assert.isTrue(Result.isSuccess(findTargets(plan.plan, [name])), name)
    for (const name of ["part@i=1", "part@k=1", "part@i=1,j=1,k=1"]) assert.isUndefined(because(plan.plan, name))
    const { plan: known } = Effect.runSync(plan.grow(new Map([["split.side", []]])))
    for (const name of ["part", "part@i=1,j=1"]) assert.strictEqual(because(known, name), "split.side is an empty list")
  })
})

describe("a part of a plan", () => {
  it("has what is expected of every task only where it has all of them", async () => {
    const whole = await growing(`stages:
  grid: { uses: make/tensor, matrix: { n: [1, 2, 3] } }
  more: { uses: make/tensor }
expect:
  - { metric: grid.loss, atMost: 1, origin: paper }
  - { metric: grid@n=3.loss, atMost: 1, origin: paper }
`)
    const expected = (...targets: ReadonlyArray<string>) => {
      const { plan } = Result.getOrThrow(selectGrowing(whole, targets))
      return plan.expectations.map(({ task, every, expected: { metric } }) => [
        metric.value,
        plan.tasks[task]?.id,
        every
      ])
    }
    assert.deepStrictEqual(expected("grid@n=3"), [["grid@n=3.loss", "grid@n=3", undefined]])
    assert.deepStrictEqual(expected("grid"), [
      ["grid.loss", "grid@n=1", [0, 1, 2]],
      ["grid@n=3.loss", "grid@n=3", undefined]
    ])
    assert.deepStrictEqual(expected("more"), [])
  })
})
