import { assert, describe, it } from "@effect/vitest"
import { PLAN_FORMAT, type Plan } from "../../../core/plan/Plan.ts"
import { readPlan, storedPlan } from "../../../core/plan/plan-json.ts"
import { planOf } from "../observe/sample-plan.ts"

const sample: Plan = planOf(Array.from({ length: 50 }, (_, index) => ({ id: `n${index}` })))

/** A plan whose stages share their stage type, as they do when it is made. */
const shared: Plan = {
  ...sample,
  stages: sample.stages.map((stage) => ({ ...sample.stages[0]!, id: stage.id, span: stage.span, tasks: stage.tasks }))
}

describe("plan-json", () => {
  it("gives back the plan that was stored", () => {
    for (const plan of [sample, shared]) {
      assert.deepStrictEqual(readPlan(JSON.stringify(storedPlan(plan))), plan)
    }
  })

  it("says once what stages have in common, and once more when it was read", () => {
    const stored = storedPlan(shared)
    assert.lengthOf(stored.kinds, 1)
    assert.deepStrictEqual(storedPlan(readPlan(JSON.stringify(stored))), stored)
  })

  it("keeps apart what differs in anything", () => {
    const [first, second, ...rest] = shared.stages
    const plan = { ...shared, stages: [first!, { ...second!, summary: "another" }, ...rest] }
    assert.lengthOf(storedPlan(plan).kinds, 2)
    assert.deepStrictEqual(readPlan(JSON.stringify(storedPlan(plan))), plan)
  })

  it("reads a plan of before, when each stage told everything and all code was that of stage types", () => {
    const old = {
      ...sample,
      format: 1,
      stages: sample.stages.map(({ code: { _tag, ...code }, ...stage }) => ({ ...stage, code }))
    }
    const read = readPlan(JSON.stringify(old))
    assert.strictEqual(read.format, PLAN_FORMAT)
    assert.deepStrictEqual(
      read.stages.map(({ code }) => code._tag),
      sample.stages.map(() => "Bundle")
    )
  })
})
