import { readdirSync, rmSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { JsonMap, Plan } from "../../../core/plan/Plan.ts"
import { assess } from "../../../core/run/assess.ts"
import type { CompatibleCode } from "../../../core/stage/StageType.ts"
import { INLINE_LIMIT } from "../../../core/store/Artifact.ts"
import { ofValue } from "../../../core/store/Digest.ts"
import { inStore, temporaryFolder } from "../store/sample-store.ts"
import { attempted, fakeExecutor } from "./FakeExecutor.ts"
import { sketched } from "./sketched-plan.ts"
import { journalOf, runIn, withTag } from "./watched-run.ts"

const codeOf = (code: string) => ofValue("test", code)

/** `train` and what reads it. */
const planOf = (code: string, params: JsonMap, compatibleWith?: ReadonlyArray<CompatibleCode>): Plan => {
  const plan = sketched([
    { id: "train", code },
    { id: "reader", needs: ["train"] }
  ])
  return {
    ...plan,
    stages: plan.stages.map((stage) =>
      stage.id === "train" && compatibleWith !== undefined ? { ...stage, compatibleWith } : stage
    ),
    tasks: plan.tasks.map((task) => (task.id === "train" ? { ...task, params } : task))
  }
}

const OLD = { code: codeOf("old").slice(0, 12), as: codeOf("new").slice(0, 12), without: { momentum: 0 } }

const ran = (folder: string, plan: Plan, value: unknown = "trained") =>
  Effect.gen(function* () {
    const executor = fakeExecutor(({ task }) => Effect.succeed(task === "train" ? value : task))
    const { folder: past } = yield* runIn(folder, plan, executor)
    return { attempted: attempted(executor), hits: withTag(journalOf(past), "TaskHit") }
  })

describe("a task whose code is compatible with older code", () => {
  it.live("takes the older result, which keeps its key and says whose it is", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      yield* ran(folder, planOf("old", { width: 5 }))
      const { attempted, hits } = yield* ran(folder, planOf("new", { width: 5, momentum: 0 }, [OLD]))
      assert.deepStrictEqual(attempted, [])
      assert.deepStrictEqual(
        hits.map(({ task, compatibleCode }) => [task, compatibleCode]),
        [
          ["train", codeOf("old")],
          ["reader", undefined]
        ]
      )
      const [first] = (yield* ran(folder, planOf("old", { width: 5 }))).hits
      assert.strictEqual(hits[0]?.key, first?.key)
    })
  )

  it.live.each<readonly [string, Plan]>([
    ["that says nothing of it", planOf("new", { width: 5, momentum: 0 })],
    ["with another value of what was added", planOf("new", { width: 5, momentum: 0.9 }, [OLD])],
    ["with another parameter that the older code had", planOf("new", { width: 6, momentum: 0 }, [OLD])],
    ["that names other code", planOf("new", { width: 5, momentum: 0 }, [{ ...OLD, code: "0".repeat(12) }])],
    ["that was edited since it was said", planOf("edited", { width: 5, momentum: 0 }, [OLD])],
    ["that does not say what was added", planOf("new", { width: 5, momentum: 0 }, [{ code: OLD.code, as: OLD.as }])]
  ])("is computed where it is one %s", ([, plan]) =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      yield* ran(folder, planOf("old", { width: 5 }))
      assert.deepStrictEqual((yield* ran(folder, plan)).attempted, ["train"])
    })
  )

  it.live("prefers its own result, and then the nearest older one, however far back", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const newest = (compatibleWith?: ReadonlyArray<CompatibleCode>) =>
        planOf("newest", { width: 5, momentum: 0, decay: 1 }, compatibleWith)
      const all = [OLD, { code: OLD.as, as: codeOf("newest"), without: { decay: 1 } }]
      const found = () => Effect.map(ran(folder, newest(all)), ({ hits }) => hits[0]?.compatibleCode)
      yield* ran(folder, planOf("old", { width: 5 }), "old")
      assert.strictEqual(yield* found(), codeOf("old"))
      yield* ran(folder, planOf("new", { width: 5, momentum: 0 }), "new")
      assert.strictEqual(yield* found(), codeOf("new"))
      yield* ran(folder, newest(), "newest")
      assert.isUndefined(yield* found())
    })
  )

  it.live("is not said to run for sure as long as the older result may be what comes of its inputs", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const chain = (compatibleWith?: ReadonlyArray<CompatibleCode>): Plan => {
        const plan = sketched([
          { id: "source", ...(compatibleWith === undefined ? {} : { code: "edited" }) },
          { id: "train", needs: ["source"], code: compatibleWith === undefined ? "old" : "new" }
        ])
        return {
          ...plan,
          stages: plan.stages.map((stage) =>
            stage.id === "train" && compatibleWith !== undefined ? { ...stage, compatibleWith } : stage
          )
        }
      }
      yield* runIn(folder, chain(), fakeExecutor())
      const prospectOf = (plan: Plan) =>
        Effect.map(inStore(folder, assess(plan)), ({ prospects }) => prospects[1]?._tag)
      assert.strictEqual(yield* prospectOf(chain([])), "WillRun")
      assert.strictEqual(yield* prospectOf(chain([{ code: OLD.code, as: OLD.as }])), "MayRun")
      assert.deepStrictEqual((yield* ran(folder, chain([{ code: OLD.code, as: OLD.as }]), "train")).attempted, [
        "source"
      ])
    })
  )

  it.live("is computed by its own code when the older result is lost", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const large = "x".repeat(INLINE_LIMIT)
      yield* ran(folder, planOf("old", { width: 5 }), large)
      const objects = join(folder, "objects")
      for (const prefix of readdirSync(objects)) rmSync(join(objects, prefix), { recursive: true })
      const plan = planOf("new", { width: 5, momentum: 0 }, [OLD])
      assert.deepStrictEqual((yield* ran(folder, plan, large)).attempted, ["train"])
      assert.isUndefined((yield* ran(folder, plan)).hits[0]?.compatibleCode)
    })
  )
})
