import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import type { JournalEvent } from "../../../core/record/JournalEvent.ts"
import { RunHistory } from "../../../core/record/RunHistory.ts"
import { encodeLine } from "../../../core/store/checked-lines.ts"
import { StoreRoot } from "../../../core/store/StoreRoot.ts"
import { EVENTS, temporaryFolder } from "./sample-run.ts"

const IDS = [
  "2026-11-24T10-30-12-brave-euler",
  "2026-11-24T10-30-13-calm-gauss",
  "2026-11-25T08-00-00-brave-gauss",
  "2025-01-01T00-00-00-able-abel"
]

/** Runs an effect with the history of a store that has runs of these ids. */
const withRuns = <A, E>(ids: ReadonlyArray<string>, use: (runs: string) => Effect.Effect<A, E, RunHistory>) =>
  Effect.gen(function* () {
    const folder = yield* temporaryFolder
    const runs = join(folder, "runs")
    for (const id of ids) mkdirSync(join(runs, id), { recursive: true })
    return yield* Effect.provide(use(runs), RunHistory.layer.pipe(Layer.provide(StoreRoot.layer(folder))))
  })

const resolved = (name: string) =>
  Effect.flatMap(RunHistory, (history) => Effect.map(history.resolve(name), ({ id }) => id))

const refused = (name: string) =>
  Effect.flatMap(RunHistory, (history) => Effect.map(Effect.flip(history.resolve(name)), ({ message }) => message))

describe("RunHistory.list", () => {
  it.live("lists runs, the latest first, and no files", () =>
    withRuns(IDS, (runs) =>
      Effect.gen(function* () {
        writeFileSync(join(runs, "notes.txt"), "")
        const listed = yield* Effect.flatMap(RunHistory, ({ list }) => list)
        assert.deepStrictEqual(
          listed.map(({ id }) => id),
          [IDS[2], IDS[1], IDS[0], IDS[3]]
        )
        assert.strictEqual(listed[0]?.path, join(runs, IDS[2]!))
      })
    )
  )

  it.live("sorts runs of one second by their milliseconds, behind those whose ids had none", () => {
    const runs = [
      "2026-11-24T10-30-12-young-wu",
      "2026-11-24T10-30-12.001-warm-weyl",
      "2026-11-24T10-30-12.020-calm-gauss",
      "2026-11-24T10-30-12.300-able-abel"
    ] as const
    return withRuns([runs[2], runs[0], runs[3], runs[1]], () =>
      Effect.gen(function* () {
        const listed = yield* Effect.flatMap(RunHistory, ({ list }) => list)
        assert.deepStrictEqual(
          listed.map(({ id }) => id),
          runs.toReversed()
        )
        assert.strictEqual(yield* resolved("latest"), runs[3])
        assert.strictEqual(yield* resolved("warm-weyl"), runs[1])
        assert.strictEqual(yield* resolved("gauss"), runs[2])
        assert.strictEqual(yield* resolved("2026-11-24T10-30-12.02"), runs[2])
      })
    )
  })

  it.live("lists nothing where nothing has run", () =>
    withRuns([], () =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* Effect.flatMap(RunHistory, ({ list }) => list), [])
      })
    )
  )
})

describe("RunHistory.resolve", () => {
  it.live("finds a run by latest, its id, the start of one, and its name", () =>
    withRuns(IDS, () =>
      Effect.gen(function* () {
        assert.strictEqual(yield* resolved("latest"), IDS[2])
        for (const id of IDS) assert.strictEqual(yield* resolved(id), id)
        assert.strictEqual(yield* resolved("2026-11-25"), IDS[2])
        assert.strictEqual(yield* resolved("2026-11-24T10-30-13"), IDS[1])
        assert.strictEqual(yield* resolved("brave-euler"), IDS[0])
        assert.strictEqual(yield* resolved("abel"), IDS[3])
      })
    )
  )

  it.live("takes an id before the longer ones that start with it", () =>
    withRuns(["2026-11-24T10-30-12-brave-wu", "2026-11-24T10-30-12-brave-wunder"], () =>
      Effect.gen(function* () {
        assert.strictEqual(yield* resolved("2026-11-24T10-30-12-brave-wu"), "2026-11-24T10-30-12-brave-wu")
      })
    )
  )

  it.live("refuses what means several runs, and says how many", () =>
    withRuns(IDS, () =>
      Effect.gen(function* () {
        assert.match(yield* refused("2026-11-24"), /^there is no run "2026-11-24"; 2 runs /u)
        assert.match(yield* refused("gauss"), /; 2 runs /u)
      })
    )
  )

  it.live("refuses what means none, and offers the name that it is close to", () =>
    withRuns(IDS, () =>
      Effect.gen(function* () {
        assert.strictEqual(yield* refused("brave-eulr"), 'there is no run "brave-eulr"; did you mean "brave-euler"?')
        assert.strictEqual(yield* refused("something-else"), 'there is no run "something-else"')
        assert.strictEqual(yield* refused("rave-euler"), 'there is no run "rave-euler"; did you mean "brave-euler"?')
      })
    )
  )

  it.live("says that nothing has run", () =>
    withRuns([], () =>
      Effect.gen(function* () {
        assert.strictEqual(yield* refused("latest"), 'there is no run "latest"; nothing has run here yet')
      })
    )
  )
})

describe("RunHistory.load and state", () => {
  const folderOf = (name: string) => Effect.flatMap(RunHistory, (history) => history.resolve(name))

  it.live("tell of a journal that is damaged, whether the run's own or the one that its hits refer to", () =>
    withRuns(IDS, (runs) =>
      Effect.gen(function* () {
        const history = yield* RunHistory
        const folder = yield* folderOf("latest")
        const lineOf = (event: JournalEvent, sequence: number) => `${encodeLine({ sequence, event })}\n`
        const at = (name: string) => join(runs, folder.id, name)
        writeFileSync(at("journal.jsonl"), `${lineOf(EVENTS.runStarted, 0)}?\n${lineOf(EVENTS.ready, 2)}`)
        assert.deepStrictEqual((yield* history.state(folder)).flaws, { damaged: 1, missing: 0, unknown: 0 })
        const allHit = { _tag: "AllHit", at: 1001, of: "earlier", stages: { circle: 1 } } as const
        writeFileSync(at("journal.jsonl"), `${lineOf(EVENTS.runStarted, 0)}${lineOf(allHit, 1)}`)
        writeFileSync(at("before.jsonl"), lineOf(EVENTS.finished, 3))
        const { flaws, tasks } = yield* history.state(folder)
        assert.deepStrictEqual(flaws, { damaged: 0, missing: 3, unknown: 0 })
        assert.strictEqual(tasks.get("circle")?.status, "hit")
      })
    )
  )

  it.live("mean by latest the latest run that has begun", () =>
    withRuns(IDS, (runs) =>
      Effect.gen(function* () {
        assert.strictEqual(yield* resolved("latest"), IDS[2])
        writeFileSync(join(runs, IDS[1]!, "journal.jsonl"), encodeLine({ sequence: 0, event: EVENTS.runStarted }))
        writeFileSync(join(runs, IDS[2]!, "journal.jsonl"), "")
        assert.strictEqual(yield* resolved("latest"), IDS[1])
      })
    )
  )

  it.live("give a run with its plan and what happened, past a torn last line", () =>
    withRuns(IDS, (runs) =>
      Effect.gen(function* () {
        const history = yield* RunHistory
        const folder = yield* folderOf("latest")
        const lines = [EVENTS.runStarted, EVENTS.ready, EVENTS.started].map((event, sequence) =>
          encodeLine({ sequence, event })
        )
        writeFileSync(join(runs, folder.id, "journal.jsonl"), `${lines.join("\n")}\n${lines[0]?.slice(0, 30)}`)
        // Code had no tag when all of it was that of stage types.
        writeFileSync(join(runs, folder.id, "plan.json"), '{"format":1,"stages":[{"code":{"file":"a.ts"}}]}')
        const { plan, entries, state } = yield* history.load(folder)
        assert.deepStrictEqual(plan as unknown, { format: 2, stages: [{ code: { file: "a.ts", _tag: "Bundle" } }] })
        assert.deepStrictEqual(
          entries.map(({ event }) => event),
          [EVENTS.runStarted, EVENTS.ready, EVENTS.started]
        )
        assert.strictEqual(state.tasks.get("circle")?.status, "running")
        assert.strictEqual(state.outcome, undefined)
        assert.deepStrictEqual(yield* history.state(folder), state)
      })
    )
  )

  it.live("tell of a run that died before it had a plan or a journal", () =>
    withRuns(IDS, () =>
      Effect.gen(function* () {
        const history = yield* RunHistory
        const folder = yield* folderOf("brave-euler")
        const error = yield* Effect.flip(history.load(folder))
        assert.strictEqual(error.message, `there is no run "${folder.id}"; it ended before its plan was written`)
        assert.strictEqual((yield* history.state(folder)).started, undefined)
      })
    )
  )

  it.live("say which plan cannot be read", () =>
    withRuns(IDS, (runs) =>
      Effect.gen(function* () {
        const history = yield* RunHistory
        const folder = yield* folderOf("brave-euler")
        writeFileSync(join(runs, folder.id, "plan.json"), "{")
        const error = yield* Effect.flip(history.load(folder))
        assert(error.message.startsWith(`cannot read ${join(runs, folder.id, "plan.json")}: `))
      })
    )
  )
})
