/** Index and catalogue are views: without them a store gives the same answers. */
import { readdirSync, rmSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Schema } from "effect"
import { Catalogue } from "../../../core/record/Catalogue.ts"
import { withRun } from "../../../core/record/catalogue-file.ts"
import { RunHistory } from "../../../core/record/RunHistory.ts"
import { resultOf } from "../../../core/record/TaskResult.ts"
import { ActionStore } from "../../../core/store/ActionStore.ts"
import { loseObject, runStudy, scratchFolder } from "../run/run-study.ts"
import type { Study } from "../run/Study.ts"
import { DrawnEdit, DrawnStudy, edited, studyOf } from "../run/study-edits.ts"
import { inStore } from "../store/sample-store.ts"

/** Runs a study under a name of its own, and enters it as the command does. */
const runAs = (folder: string, study: Study, name: string) =>
  Effect.gen(function* () {
    const { folder: past } = yield* runStudy(folder, study, { refine: (plan) => ({ ...plan, name }) })
    const enter = Effect.flatMap(Catalogue, ({ update }) =>
      update((data) => withRun(data, name, { file: "sketch.yaml", latestRun: past.id }))
    )
    yield* inStore(folder, Effect.provide(enter, Catalogue.layer))
  })

/** Everything that commands ask of a store. */
const answers = (folder: string) =>
  inStore(
    folder,
    Effect.gen(function* () {
      const [actions, history, catalogue] = [yield* ActionStore, yield* RunHistory, yield* Catalogue]
      const runs = yield* Effect.forEach(yield* history.list, (run) => history.load(run))
      const keys = new Set(runs.flatMap(({ state }) => [...state.tasks.values()].flatMap(({ key }) => key ?? [])))
      const stages = new Set(runs.flatMap(({ plan }) => plan.stages.map(({ stageType }) => stageType)))
      const tasks = runs.flatMap(({ plan }) =>
        plan.tasks.map(({ id, stage }) => [plan.stages[stage]?.stageType ?? "", id] as const)
      )
      return {
        runs: runs.map(({ folder: { id }, state }) => [id, state.outcome, state.counts]),
        results: runs.flatMap(({ state, plan }) =>
          plan.tasks.map(({ id }) => {
            const { outputs, record, artifact } = resultOf(state, id, actions)
            return [id, outputs, record, artifact("out")]
          })
        ),
        found: Array.from(keys, (key) => [key, actions.find(key), actions.recordsOf(key)]),
        histories: Array.from(stages, (stage) => actions.history(stage)),
        ofTasks: tasks.map(([stage, task]) => actions.ofTask(stage, task)),
        artifacts: actions
          .findArtifacts("")
          .map(({ digest }) => digest)
          .sort(),
        catalogue: yield* catalogue.read
      }
    }).pipe(Effect.provide(Layer.mergeAll(RunHistory.layer, Catalogue.layer)))
  )

describe("a store without its index and its catalogue", () => {
  it.live.prop(
    "answers as before, from segments and journals",
    { drawn: DrawnStudy, edits: Schema.Array(DrawnEdit).check(Schema.isMaxLength(6)) },
    ({ drawn, edits }) =>
      Effect.gen(function* () {
        const folder = yield* scratchFolder
        const studies = [studyOf(drawn)]
        yield* runAs(folder, studies[0]!, "one")
        for (const [index, edit] of edits.entries()) {
          studies.unshift(edited(studies[0]!, edit, studies))
          // What was lost is computed anew: its record ends, and another one takes its place.
          if (edit.kind === "lose") loseObject(folder, edit.at)
          yield* runAs(folder, studies[0]!, index % 2 === 0 ? "two" : "one")
        }
        const before = yield* answers(folder)
        for (const name of readdirSync(folder)) {
          if (/^(?:index\.sqlite|catalogue\.json)/u.test(name)) rmSync(join(folder, name))
        }
        assert.deepStrictEqual(yield* answers(folder), before)
      }).pipe(Effect.scoped),
    { arbitrary: { runs: 20 } }
  )
})
