import { assert, describe, it } from "@effect/vitest"
import { forecast } from "../../../core/cli/forecast.ts"
import type { PlanStage } from "../../../core/plan/Plan.ts"
import type { Assessment, Prospect } from "../../../core/run/assess.ts"
import { plan } from "../report/example-run.ts"
import { record } from "../store/sample-store.ts"

const cached = { _tag: "Cached" } as Prospect
const needed: Prospect = { _tag: "MayRun", after: [] }

/** The example run's plan, of which all but some stages are cached; every task is said to take 100 ms. */
const assessed = (stages: ReadonlyArray<string>): Pick<Assessment, "plan" | "prospects" | "durations"> => ({
  plan,
  prospects: plan.tasks.map(({ stage }) => (stages.includes(plan.stages[stage]?.id ?? "") ? needed : cached)),
  durations: new Float64Array(plan.tasks.length).fill(100)
})

const knows =
  (types: ReadonlyArray<string>) =>
  ({ stageType }: Pick<PlanStage, "stageType">) =>
    types.includes(stageType) ? [record("k", "a task")] : []

describe("forecast", () => {
  it("adds up what would run, and the longest chain of it", () => {
    // Twenty tasks side by side, then one.
    const told = forecast(assessed(["empirical", "curves"]), knows(["ntk/empirical", "ntk/compare"]))
    assert.deepStrictEqual([told.work, told.criticalPath, told.unknown], [2100, 200, 0])
  })

  it("promises no more time than what certainly runs takes", () => {
    const certain = { _tag: "Run" } as Prospect
    const maybe = assessed(["empirical", "curves"])
    const knowing = knows(["ntk/empirical", "ntk/compare"])
    assert.strictEqual(forecast(maybe, knowing).least, 0)
    const prospects = maybe.prospects.map((prospect, index) =>
      prospect === needed && plan.stages[plan.tasks[index]?.stage ?? -1]?.id === "empirical" ? certain : prospect
    )
    assert.strictEqual(forecast({ ...maybe, prospects }, knowing).least, 100)
  })

  it("guesses nothing about stage types that never ran, and counts their tasks", () => {
    const told = forecast(assessed(["empirical", "curves"]), knows(["ntk/compare"]))
    assert.deepStrictEqual([told.work, told.criticalPath, told.unknown], [100, 100, 20])
    assert.strictEqual(told.durations[plan.tasks.findIndex(({ id }) => id.startsWith("empirical"))], undefined)
    const nothing = forecast(assessed(["circle"]), knows([]))
    assert.deepStrictEqual([nothing.work, nothing.unknown], [0, 1])
    assert.strictEqual(forecast(assessed([]), knows([])).unknown, 0)
  })
})
