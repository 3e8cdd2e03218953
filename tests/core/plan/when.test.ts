/** `when:`: stages and tasks that are part of the plan only under a condition. */
import { assert, describe, it } from "vitest"
import type { Plan } from "../../../core/plan/Plan.ts"
import { planned, refused } from "./planned.ts"

const taskIds = ({ tasks }: Plan): ReadonlyArray<string> => tasks.map(({ id }) => id)

const SWITCHED = (more: string): string => `params: { on: false, n: 3 }
profiles: { full: { on: true } }
stages:
  side: { uses: make/tensor, when: "\${{ params.on }}" }
  main: { uses: make/tensor }
${more}`

describe("a condition", () => {
  it("leaves a stage out of the plan, or in it, by the parameters", async () => {
    assert.deepStrictEqual(taskIds(await planned(SWITCHED(""))), ["main"])
    const plan = await planned(SWITCHED(""), "full")
    assert.deepStrictEqual(taskIds(plan), ["side", "main"])
  })

  it("decides for each task of a matrix by itself", async () => {
    const plan = await planned(`stages:
  grid:
    uses: make/tensor
    matrix: { width: [1, 2, 3, 4] }
    when: \${{ matrix.width != 2 }}
  end: { uses: take/many, inputs: { all: grid.*.out } }`)
    assert.deepStrictEqual(taskIds(plan), ["grid@width=1", "grid@width=3", "grid@width=4", "end"])
    const input = plan.tasks[3]?.inputs["all"]
    assert.deepStrictEqual(input?._tag === "Many" && input.items.map(({ matrix }) => matrix["width"]), [1, 3, 4])
  })

  it("takes along what cannot do without the stage, at any distance", async () => {
    const plan = await planned(
      SWITCHED(`  next: { uses: take/one, inputs: { in: side.out } }
  last: { uses: take/one, inputs: { in: next.out } }`)
    )
    assert.deepStrictEqual(taskIds(plan), ["main"])
    assert.deepStrictEqual(plan.leftOut, [
      { task: "side", because: "its condition is false" },
      { task: "next", because: "it needs side" },
      { task: "last", because: "it needs next" }
    ])
  })

  it("leaves an optional input empty, and a fan-in with what is there", async () => {
    const plan = await planned(
      SWITCHED(`  may: { uses: take/one, inputs: { in: main.out, maybe: side.side } }
  all: { uses: take/many, inputs: { all: [side.out, main.out] } }
  none: { uses: take/many, inputs: { all: side.*.out } }`)
    )
    const inputs = Object.fromEntries(plan.tasks.map(({ id, inputs }) => [id, inputs]))
    assert.deepStrictEqual(Object.keys(inputs["may"] ?? {}), ["in"])
    const origin = { _tag: "Task" as const, task: plan.tasks.findIndex(({ id }) => id === "main"), port: "out" }
    assert.deepStrictEqual(inputs["all"]?.["all"], { _tag: "Many", kind: "Tensor", items: [{ matrix: {}, origin }] })
    assert.deepStrictEqual(inputs["none"]?.["all"], { _tag: "Many", kind: "Tensor", items: [] })
  })

  it("takes outputs, figures and expectations along", async () => {
    const ends = `  end: { uses: take/many, when: "\${{ params.on }}", inputs: { all: main.*.out } }
outputs: { a.svg: end.figure, b.npy: main.out }
report: { figures: [end.figure] }
expect: [{ metric: end.loss, atMost: 1, origin: paper }]`
    const [off, on] = [await planned(SWITCHED(ends)), await planned(SWITCHED(ends), "full")]
    assert.deepStrictEqual(
      [off, on].map((plan) => [plan.outputs.length, plan.figures.length, plan.expectations.length]),
      [
        [1, 0, 0],
        [2, 1, 1]
      ]
    )
  })

  it("that is no truth value is refused, at its place", async () => {
    const [complaint] = await refused(SWITCHED('  third: { uses: make/tensor, when: "${{ params.n }}" }'))
    assert.strictEqual(complaint?.message, 'stage "third": when is 3, expected true or false')
    assert.deepStrictEqual([complaint?.span.line, complaint?.span.column], [7, 37])
  })

  it("does not hide a reference to a task that no condition could bring back", async () => {
    const complaints = await refused(SWITCHED("  next: { uses: take/one, inputs: { in: side@n=3.out } }"))
    assert.deepStrictEqual(
      complaints.map(({ message }) => message),
      ['stage "next" (take/one): side has no dimension "n"']
    )
  })
})
