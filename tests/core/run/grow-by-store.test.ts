import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { PipelineInvalid } from "../../../core/document/Diagnostic.ts"
import type { GrowingPlan } from "../../../core/plan/GrowingPlan.ts"
import { settledPlan } from "../../../core/plan/GrowingPlan.ts"
import type { Plan } from "../../../core/plan/Plan.ts"
import { growByStore } from "../../../core/run/grow-by-store.ts"
import { ofValue } from "../../../core/store/Digest.ts"
import { inStore, temporaryFolder } from "../store/sample-store.ts"
import { fakeExecutor } from "./FakeExecutor.ts"
import { sketched } from "./sketched-plan.ts"
import { runIn } from "./watched-run.ts"

const SPAN = { file: "sketch.yaml", line: 1, column: 1, length: 1 }

/** `part` goes over what `split` makes. */
const waiting = (split: Plan): Plan => ({
  ...split,
  pending: [
    {
      ...{ id: "part", span: SPAN, stageType: "test/part", after: [], sources: [] },
      ...{ waitsFor: [{ task: 0, port: "out" }], needs: [0] }
    }
  ]
})

const growing = (split: Plan, grow: GrowingPlan["grow"]): GrowingPlan => ({
  plan: waiting(split),
  refused: new Map(),
  grow
})

/** Runs what makes the list. */
const make = (folder: string, plan: Plan) =>
  runIn(
    folder,
    plan,
    fakeExecutor(() => Effect.succeed(["a"]))
  )

const whole = sketched([{ id: "split" }, { id: "part@x=a", needs: ["split"] }])

const ids = ({ tasks }: Plan): ReadonlyArray<string> => tasks.map(({ id }) => id)

describe("a plan that grows by what the store has", () => {
  it.live("has the tasks of a list that is cached, and not those of one that is made anew", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const split = sketched([{ id: "split" }])
      yield* make(folder, split)
      const plan = growing(split, () => Effect.succeed(settledPlan(whole)))
      assert.deepStrictEqual(ids((yield* inStore(folder, growByStore(plan))).plan), ["split", "part@x=a"])
      const anew = yield* inStore(
        folder,
        growByStore(plan, () => new Set([0]))
      )
      assert.deepStrictEqual(ids(anew.plan), ["split"])
    })
  )

  it.live("knows a list that older code made, where that is compatible", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      yield* make(folder, sketched([{ id: "split", code: "old" }]))
      const now = sketched([{ id: "split", code: "new" }])
      const plan = growing(
        {
          ...now,
          stages: now.stages.map((stage) => ({
            ...stage,
            compatibleWith: [
              { code: ofValue("test", "old").slice(0, 12), as: ofValue("test", "new").slice(0, 12), without: {} }
            ]
          }))
        },
        () => Effect.succeed(settledPlan(whole))
      )
      assert.deepStrictEqual(ids((yield* inStore(folder, growByStore(plan))).plan), ["split", "part@x=a"])
    })
  )

  it.live("leaves a stage pending that its list cannot make, with the complaint", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const split = sketched([{ id: "split" }])
      yield* make(folder, split)
      const message = "split.out is no list"
      const invalid = new PipelineInvalid({
        diagnostics: [{ severity: "error", span: SPAN, message }],
        texts: new Map()
      })
      const asBefore: GrowingPlan = {
        ...growing(split, () => Effect.succeed(asBefore)),
        refused: new Map([["part", invalid]])
      }
      const { plan, refused } = yield* inStore(folder, growByStore(growing(split, () => Effect.succeed(asBefore))))
      assert.deepStrictEqual(
        plan.pending?.map(({ id }) => id),
        ["part"]
      )
      assert.include(refused.get("part")?.message, message)
    })
  )
})
