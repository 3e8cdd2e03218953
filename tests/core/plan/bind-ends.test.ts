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
  })

  it("bind a metric without values, or with some, to every task that has these", async () => {
    const text = (metric: string, when = "true"): string => `stages:
  a: { uses: make/tensor, when: "\${{ ${when} }}", matrix: { beta: [0.1, 0.15], n: [1, 2] } }
expect: [{ metric: "${metric}", atMost: 1, origin: paper }]`
    const bound = async (metric: string, when?: string) =>
      (await planned(text(metric, when))).expectations.map(({ task, every, metric: name }) => [task, every, name])
    assert.deepStrictEqual(await bound("a.loss"), [[0, [0, 1, 2, 3], "loss"]])
    assert.deepStrictEqual(await bound("a@n=2.loss"), [[1, [1, 3], "loss"]])
    assert.deepStrictEqual(await bound("a@beta=0.15.growth@width=5.5"), [[2, [2, 3], "growth@width=5.5"]])
    assert.deepStrictEqual(await bound("a@n=2,beta=0.1.loss"), [[1, undefined, "loss"]])
    // What a condition leaves out nobody expects anything of.
    assert.deepStrictEqual(await bound("a.loss", "matrix.n > 1 && matrix.beta > 0.1"), [[0, undefined, "loss"]])
    assert.deepStrictEqual(await bound("a@n=1.loss", "matrix.n > 1"), [])
    assert.deepStrictEqual(await bound("a.loss", "false"), [])
    assert.deepStrictEqual(await messages(text("a@n=3.loss")), ['expect: "a@n=3.loss" names no task of a'])
    assert.deepStrictEqual(await messages(text("a@m=1.loss")), ['expect: "a@m=1.loss": a has no dimension "m"'])
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

  it("find the tasks whose times a figure shows, also those of a condition, and say what is wrong with them", async () => {
    const grid =
      "g: { uses: make/tensor, matrix: { n: [1, 2, 4], method: [{ name: fast }, { name: too slow }], tag: [x] } }"
    const none = "none: { uses: make/tensor, when: false, matrix: { n: [1] } }"
    const of = (figure: string): string => `stages:\n  ${grid}\n  ${none}\nreport: { times: [${figure}] }`
    const plan = await planned(of("{ stages: [g, g@method=too slow, none], against: n, title: T }"))
    const lines = [
      { stage: "g", values: {} },
      { stage: "g", values: { method: '"too slow"' } },
      { stage: "none", values: {} }
    ]
    assert.deepStrictEqual(plan.times, [{ lines, against: "n", title: "T" }])
    assert.isUndefined((await planned(`stages:\n  ${grid}`)).times)
    const faults: ReadonlyArray<readonly [figure: string, message: string]> = [
      ["{ stages: [g], against: m }", 'report: times: the matrix of g has no dimension "m"'],
      ["{ stages: [g@method=slw], against: n }", "report: times: no task of g has method=slw"],
      ["{ stages: [g@mode=slow], against: n }", 'report: times: the matrix of g has no dimension "mode"'],
      ["{ stages: [g], against: tag }", 'report: times: "tag" of g goes over no numbers, but x']
    ]
    for (const [figure, message] of faults) assert.deepStrictEqual(await messages(of(figure)), [message])
  })
})
