import { assert, describe, it } from "@effect/vitest"
import type { Plan } from "../../../core/plan/Plan.ts"
import { planned, refused } from "./planned.ts"

const STAGES = `params: { fast: true }
profiles: { slow: { fast: false } }
stages:
  fast: { uses: make/tensor, when: "\${{ params.fast }}" }
  slow: { uses: make/tensor, when: "\${{ !params.fast }}" }
  grid: { uses: make/tensor, matrix: { n: [1, 2, 3], m: [0, 1], exclude: [{ n: 2, m: 1 }] } }
`

const inputsOf = (plan: Plan, task: string) => {
  const inputs = plan.tasks.find(({ id }) => id === task)?.inputs ?? {}
  return Object.fromEntries(
    Object.entries(inputs).map(([port, input]) => {
      const origins = input._tag === "One" ? [input.origin] : input.items.map(({ origin }) => origin)
      return [port, origins.map((origin) => (origin._tag === "Task" ? plan.tasks[origin.task]?.id : origin.source))]
    })
  )
}

describe("a reference that ends with ?", () => {
  it("takes the first of several that is there", async () => {
    const text = `${STAGES}  end: { uses: take/one, inputs: { in: ["fast.out?", slow.out] } }\n`
    assert.deepStrictEqual(inputsOf(await planned(text), "end"), { in: ["fast"] })
    assert.deepStrictEqual(inputsOf(await planned(text, "slow"), "end"), { in: ["slow"] })
    const both = text.replace('when: "${{ !params.fast }}"', "when: true")
    assert.deepStrictEqual(inputsOf(await planned(both), "end"), { in: ["fast"] })
  })

  it("leaves the task out where none of several is there", async () => {
    const plan = await planned(
      `${STAGES.replace('when: "${{ !params.fast }}"', "when: false")}  end: { uses: take/one, inputs: { in: ["fast.out?", slow.out] } }\n`,
      "slow"
    )
    assert.deepInclude(plan.leftOut ?? [], { task: "end", because: "it needs slow" })
  })

  it("may stand at all of several: a task with none of them is left out", async () => {
    const text = `${STAGES}  end: { uses: take/one, inputs: { in: ["fast.out?", "slow.out?"] } }\n`
    assert.deepStrictEqual(inputsOf(await planned(text), "end"), { in: ["fast"] })
    const none = text.replace('"${{ params.fast }}"', "false")
    assert.deepInclude((await planned(none)).leftOut ?? [], { task: "end", because: "it needs slow" })
  })

  it("leaves an optional input empty where a matrix has no such task", async () => {
    const plan = await planned(
      `${STAGES}  end: { uses: take/one, matrix: { m: [0, 1], n: [2, 4] }, inputs: { in: ["fast.out?", slow.out], maybe: "grid.side?" } }\n`
    )
    assert.deepStrictEqual(
      ["end@m=0,n=2", "end@m=1,n=2", "end@m=0,n=4"].map((task) => inputsOf(plan, task)["maybe"]),
      [["grid@n=2,m=0"], undefined, undefined]
    )
  })

  it("leaves out of a fan-in what is not there", async () => {
    const plan = await planned(
      `${STAGES}  end: { uses: take/many, inputs: { all: ["grid@n=2,m=1.out?", "grid@m=1,n=3.out?", "slow.out?"] } }\n`
    )
    assert.deepStrictEqual(inputsOf(plan, "end"), { all: ["grid@n=3,m=1"] })
  })

  it("leaves out an output that is not there", async () => {
    const plan = await planned(`${STAGES}outputs: { a.npy: "grid@n=2,m=1.out?", b.npy: "grid@n=1,m=1.out?" }\n`)
    assert.deepStrictEqual(
      plan.outputs.map(({ destination }) => destination),
      ["b.npy"]
    )
  })

  it.each([
    ['take/one, inputs: { in: "fast.out?" }', 'input "in" takes one Tensor, and cannot do without'],
    ["take/one, inputs: { in: [fast.out, slow.out] }", "takes one Tensor, not a list of them"],
    ['take/many, inputs: { all: "grid.out?" }', "grid has 5 tasks"],
    ['take/many, inputs: { all: "grid@n=9.out?" }', "grid has no task with n=9"],
    ['take/many, inputs: { all: "grid@n=9,k=1.out?" }', 'grid has no dimension "k"'],
    ['take/one, inputs: { in: fast.out, maybe: "fast.out?" }', 'input "maybe" takes a Json, but fast.out is a Tensor']
  ])("does not hide what is wrong: %s", async (stage, expected) => {
    const found = await refused(`${STAGES.replaceAll(/when: "[^"]*"/gu, "when: true")}  end: { uses: ${stage} }\n`)
    assert.isTrue(
      found.some(({ message }) => message.includes(expected)),
      found.map(({ message }) => message).join("\n")
    )
  })
})
