import { readdirSync, readFileSync, rmSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import type { Plan } from "../../../core/plan/Plan.ts"
import type { LocatedFile, StageRequest } from "../../../core/run/Executor.ts"
import { ActionStore } from "../../../core/store/ActionStore.ts"
import { INLINE_LIMIT } from "../../../core/store/Artifact.ts"
import { inStore, temporaryFolder } from "../store/sample-store.ts"
import { type FakeExecutor, fakeExecutor } from "./FakeExecutor.ts"
import { sketched } from "./sketched-plan.ts"
import { journalOf, runIn, withTag } from "./watched-run.ts"

interface Asked {
  readonly steps: number
  readonly seed?: number
  readonly snapshots?: ReadonlyArray<number>
}

/** One task of a stage that goes `steps` steps, and the same once more for what reads it. */
const planOf = ({ steps, seed = 0, snapshots = [] }: Asked): Plan => {
  const plan = sketched([{ id: "walk" }, { id: "reader", needs: ["walk"] }])
  return {
    ...plan,
    stages: plan.stages.map((stage) =>
      stage.id === "walk" ? { ...stage, extends: { param: "steps", along: ["snapshots"] } } : stage
    ),
    tasks: plan.tasks.map((task) => (task.id === "walk" ? { ...task, params: { steps, seed, snapshots } } : task))
  }
}

/** What a walk has come to: its place after each step that is recorded, and the place of its end. */
interface Walk {
  readonly place: number
  readonly seen: { readonly [step: string]: number }
  readonly padding: string
}

const textOf = ({ content }: LocatedFile): string =>
  content._tag === "File" ? readFileSync(content.file, "utf8") : Buffer.from(content.base64, "base64").toString()

/** A chaotic walk, in which no digit of a place may be lost; with `padding` its result is an object of the store. */
const walk = ({ params, start }: StageRequest, padding: number): Walk => {
  const { steps, seed, snapshots } = params as unknown as Required<Asked>
  const [file] = start?.outputs["out"] ?? []
  const before: Walk | undefined = file === undefined ? undefined : JSON.parse(textOf(file))
  const wanted = new Set([...snapshots, steps])
  const seen: Record<string, number> = {}
  for (const [step, place] of Object.entries(before?.seen ?? {})) if (wanted.has(Number(step))) seen[step] = place
  let place = before?.place ?? 0.1 + seed / 100
  for (let step = (start?.at ?? 0) + 1; step <= steps; step++) {
    place = 3.99 * place * (1 - place)
    if (wanted.has(step)) seen[step] = place
  }
  return { place, seen, padding: "x".repeat(padding) }
}

const walker = (padding = 0): FakeExecutor =>
  fakeExecutor((request) => Effect.succeed(request.task === "walk" ? walk(request, padding) : "read"))

/** Where the walk of a run went on from. */
const startsOf = ({ requests }: FakeExecutor): ReadonlyArray<number | undefined> =>
  requests.flatMap(({ task, start }) => (task === "walk" ? [start?.at] : []))

const walked = (folder: string, asked: Asked, padding?: number, forced: ReadonlySet<number> = new Set()) =>
  Effect.gen(function* () {
    const executor = walker(padding)
    const run = yield* runIn(folder, planOf(asked), executor, { forced })
    const events = journalOf(run.folder)
    const [finished] = withTag(events, "TaskFinished")
    return { events, finished, starts: startsOf(executor), counts: run.counts }
  })

const digestOf = (folder: string, asked: Asked) =>
  Effect.map(walked(folder, asked), ({ finished, events }) =>
    finished?.task === "walk" ? finished.outputs["out"] : withTag(events, "TaskHit")[0]?.outputs?.["out"]
  )

const SMALL = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 40 }))

describe("a task with a larger value of the parameter along which its stage extends", () => {
  it.live("goes on from the result with the smaller one, and says so", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const first = yield* walked(folder, { steps: 20 })
      assert.deepStrictEqual(first.starts, [undefined])
      const second = yield* walked(folder, { steps: 50 })
      assert.deepStrictEqual(second.starts, [20])
      assert(first.finished !== undefined)
      assert.deepStrictEqual(second.finished?.continuedFrom, { at: 20, key: first.finished.key })
      const [ready] = withTag(second.events, "TaskReady")
      assert.strictEqual(ready?.reason, "param steps 20→50; goes on from steps=20")
    })
  )

  it.live("is found in the index when that was made anew", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      yield* walked(folder, { steps: 20 })
      rmSync(join(folder, "index.sqlite"))
      assert.deepStrictEqual((yield* walked(folder, { steps: 50 })).starts, [20])
    })
  )

  it.live("goes on from the furthest, never from a further one, and from no other family", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const starts: Array<unknown> = []
      for (const asked of [
        { steps: 10 },
        { steps: 90 },
        { steps: 30 },
        { steps: 60 },
        { steps: 60, seed: 1 },
        { steps: 5 },
        { steps: 60, snapshots: [3] },
        { steps: 80, snapshots: [3] },
        { steps: 85, snapshots: [3, 61] },
        { steps: 70, snapshots: [3, 61] }
      ]) {
        starts.push(...(yield* walked(folder, asked)).starts)
      }
      assert.deepStrictEqual(starts, [undefined, 10, 10, 30, undefined, undefined, undefined, 60, 60, 60])
    })
  )

  it.live("begins anew when it is asked for, or when what there was is lost or damaged", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      yield* walked(folder, { steps: 20 }, INLINE_LIMIT)
      assert.deepStrictEqual((yield* walked(folder, { steps: 30 }, INLINE_LIMIT, new Set([0]))).starts, [undefined])
      for (const prefix of readdirSync(join(folder, "objects")))
        rmSync(join(folder, "objects", prefix), { recursive: true })
      assert.deepStrictEqual((yield* walked(folder, { steps: 40 }, INLINE_LIMIT)).starts, [undefined])
      assert.deepStrictEqual((yield* walked(folder, { steps: 50 }, INLINE_LIMIT)).starts, [40])
    })
  )

  it.live("is found out when it is computed anew and gives other bytes", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      // Forgets on its way what it was handed.
      const forgetful = fakeExecutor(({ task, start, params }) =>
        Effect.succeed(task === "walk" ? Number(params["steps"]) - (start?.at ?? 0) : "read")
      )
      const { folder: first } = yield* runIn(folder, planOf({ steps: 20 }), forgetful)
      const { folder: second } = yield* runIn(folder, planOf({ steps: 30 }), forgetful)
      const { folder: third } = yield* runIn(folder, planOf({ steps: 30 }), forgetful, { forced: new Set([0]) })
      const said = [first, second, third].map((run) => withTag(journalOf(run), "TaskLog").map(({ message }) => message))
      assert.deepStrictEqual(said.slice(0, 2), [[], []])
      assert.strictEqual(
        said[2]?.join(),
        `computed anew it gave other bytes (out) than in run ${second.id}, where it went on from what there was at 20, but test/walk is declared bitwise`
      )
    })
  )

  it.live("does not go on from a result that was ended", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const { finished } = yield* walked(folder, { steps: 20 })
      assert(finished !== undefined)
      yield* inStore(
        folder,
        Effect.flatMap(ActionStore, (actions) => actions.forget(finished.key))
      )
      assert.deepStrictEqual((yield* walked(folder, { steps: 50 })).starts, [undefined])
    })
  )

  it.live.prop(
    "has the key and the bytes of a run from the beginning, whatever there was and in whatever order it came",
    {
      walks: Schema.Array(Schema.Struct({ steps: SMALL, snapshots: Schema.Array(SMALL) })).check(
        Schema.isMinLength(2),
        Schema.isMaxLength(5)
      )
    },
    ({ walks }) =>
      Effect.gen(function* () {
        const parent = yield* temporaryFolder
        for (const [index, asked] of walks.entries()) {
          const extended = yield* digestOf(join(parent, "shared"), asked)
          assert.strictEqual(extended, yield* digestOf(join(parent, `fresh ${index}`), asked))
        }
      }),
    { arbitrary: { runs: 25 } }
  )
})
