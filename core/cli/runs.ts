/** `pipeline runs`: the history. */
import { Effect } from "effect"
import { durationText } from "../observe/duration.ts"
import { RunHistory } from "../record/RunHistory.ts"
import { outcomeOf } from "../record/RunState.ts"
import { EXIT } from "./exit-status.ts"
import { print, printJson, table } from "./output.ts"
import { storeLayer } from "./services.ts"

/** Prints past runs, the latest first. */
export const runs = (choices: { readonly limit: number; readonly json: boolean }) =>
  Effect.gen(function* () {
    const history = yield* RunHistory
    const folders = (yield* history.list).slice(0, choices.limit)
    const states = yield* Effect.forEach(folders, (folder) =>
      Effect.map(history.state(folder), (state) => ({ folder, state }))
    )
    const described = states.map(({ folder, state }) => ({
      run: folder.id,
      pipeline: state.started?.pipeline ?? "",
      profile: state.started?.profile ?? "",
      outcome: outcomeOf(state),
      startedAt: state.started?.at,
      durationMillis:
        state.started === undefined || state.endedAt === undefined ? undefined : state.endedAt - state.started.at,
      ...state.counts
    }))
    if (choices.json) printJson(described)
    else if (described.length === 0) print("nothing has run here yet")
    else {
      const rows = described.map((run) => [
        run.run,
        run.pipeline,
        run.profile,
        run.outcome,
        run.durationMillis === undefined ? "" : durationText(run.durationMillis),
        `${run.ran} ran`,
        `${run.hit} cached`,
        run.failed === 0 ? "" : `${run.failed} failed`
      ])
      print(table(rows, new Set([4, 5, 6])))
    }
    return EXIT.success
  }).pipe(Effect.provide(storeLayer))
