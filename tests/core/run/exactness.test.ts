/** What runs, against the plainest engine: random studies, random edits, and losses of the store. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { loseObject, runStudy, scratchFolder } from "./run-study.ts"
import { artifactOf, type Made, NaiveEngine } from "./Study.ts"
import { afterEdits, DrawnEdit, DrawnStudy, EDITS, edited, studyOf } from "./study-edits.ts"
import { journalOf } from "./watched-run.ts"

const Edits = Schema.Array(DrawnEdit).check(Schema.isMinLength(10), Schema.isMaxLength(10))

const counted = new Map<(typeof EDITS)[number], number>()

describe("the tasks that a run executes", () => {
  it.live.prop(
    "are those of the naive engine, edit after edit",
    { drawn: DrawnStudy, edits: Edits },
    ({ drawn, edits }) =>
      Effect.gen(function* () {
        const folder = yield* scratchFolder
        const naive = new NaiveEngine()
        const studies = [studyOf(drawn)]
        for (const edit of [undefined, ...edits]) {
          if (edit !== undefined) {
            studies.unshift(edited(studies[0]!, edit, studies))
            counted.set(edit.kind, (counted.get(edit.kind) ?? 0) + 1)
            const lost = edit.kind === "lose" ? loseObject(folder, edit.at) : undefined
            if (lost !== undefined) naive.lose(lost)
          }
          const study = studies[0]!
          const expected = naive.run(study)
          const { executed, counts } = yield* runStudy(folder, study)
          assert.deepStrictEqual(executed, [...expected.executed].sort())
          assert.strictEqual(counts.ran + counts.hit, expected.made.size)
        }
      }).pipe(Effect.scoped),
    { arbitrary: { runs: 110 } }
  )

  it("were compared after at least a thousand edits, of every kind", () => {
    const total = [...counted.values()].reduce((sum, count) => sum + count, 0)
    assert.isAtLeast(total, 1000)
    assert.deepStrictEqual([...counted.keys()].sort(), [...EDITS].sort())
  })
})

describe("the results of a run", () => {
  it.live.prop(
    "do not depend on the number of jobs, nor on how long each task takes",
    {
      drawn: DrawnStudy,
      edits: Schema.Array(DrawnEdit).check(Schema.isMaxLength(3)),
      delays: Schema.Array(Schema.Literals([0, 1, 2, 5])).check(Schema.isMinLength(8), Schema.isMaxLength(8))
    },
    ({ drawn, edits, delays }) =>
      Effect.gen(function* () {
        const study = afterEdits(studyOf(drawn), edits)
        const { executed, made } = new NaiveEngine().run(study)
        for (const jobs of [1, 2, 3, 8]) {
          const delay = (task: string) => delays[(Number(task.split("=")[1]) + jobs) % delays.length]!
          const result = yield* runStudy(yield* scratchFolder, study, { jobs, delay })
          assert.deepStrictEqual(result.executed, [...executed].sort())
          assert.deepStrictEqual(resultsOf(result.folder), digestsOf(made))
        }
      }).pipe(Effect.scoped),
    { arbitrary: { runs: 25 } }
  )
})

/** Digests of the files that the tasks of a run made or found, by task, as its journal has them. */
const resultsOf = (folder: Parameters<typeof journalOf>[0]): { readonly [task: string]: unknown } =>
  Object.fromEntries(
    journalOf(folder)
      .flatMap((event) => (event._tag === "TaskFinished" || event._tag === "TaskHit" ? [event] : []))
      .map(({ task, outputs }) => [task, outputs?.["out"]] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1))
  )

const digestsOf = (made: ReadonlyMap<string, Made>): { readonly [task: string]: unknown } =>
  Object.fromEntries(
    Array.from(made, ([task, value]) => [task, artifactOf(value)] as const).sort(([a], [b]) => (a < b ? -1 : 1))
  )
