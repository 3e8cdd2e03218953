import { assert, describe, it } from "vitest"
import { GRID, messages, planned } from "./planned.ts"

describe("ends of a plan", () => {
  it("name one output of one task", async () => {
    const found = await messages(`stages:\n${GRID}outputs: { x.npy: grid.out }\nreport: { figures: [grid.*.out] }`)
    assert.lengthOf(found, 2, found.join("\n"))
    const plan = await planned(`stages:\n${GRID}outputs: { x.npy: "grid@init=1,width=10.out" }`)
    assert.deepStrictEqual(plan.outputs[0]?.from, { task: 1, port: "out" })
  })

  it("bind a metric to the task whose whole name stands before it", async () => {
    const plan = await planned(
      `stages:
  a: { uses: make/tensor, matrix: { beta: [0.1, 0.15] } }
  b: { uses: make/tensor }
expect:
  - { metric: "a@beta=0.15.loss", atMost: 1, origin: paper }
  - { metric: "a@beta=0.1.growth@width=5.5", atMost: 1, origin: paper }
  - { metric: "b.growth@width=0.5", atMost: 1, origin: paper }`
    )
    assert.deepStrictEqual(
      plan.expectations.map(({ task, metric }) => `${plan.tasks[task]?.id} ${metric}`),
      ["a@beta=0.15 loss", "a@beta=0.1 growth@width=5.5", "b growth@width=0.5"]
    )
    const found = await messages(
      `stages:
  a: { uses: make/tensor, matrix: { beta: [0.1] } }
expect: [{ metric: a.loss, atMost: 1, origin: paper }]`
    )
    assert.deepStrictEqual(found, ['expect: "a.loss" names no task of a'])
  })

  it("leave out expectations of other profiles", async () => {
    const text = `params: { n: 1 }
profiles: { small: { n: 2 } }
stages: { a: { uses: make/tensor } }
expect:
  - { metric: a.x, atMost: 1, origin: paper, profiles: [small] }
  - { metric: a.y, atMost: 1, origin: paper }`
    assert.lengthOf((await planned(text)).expectations, 1)
    const small = await planned(text, "small")
    assert.lengthOf(small.expectations, 2)
    assert.deepStrictEqual([small.profile, small.params], ["small", { n: 2 }])
  })
})
