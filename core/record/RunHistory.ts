/** Past runs: what the folders under `runs/` tell. */
import { readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import { Context, Data, Effect, Layer } from "effect"
import { nearest } from "../document/nearest.ts"
import { countText } from "../document/quantities.ts"
import type { Plan } from "../plan/Plan.ts"
import { readPlan } from "../plan/plan-json.ts"
import { attemptSync } from "../store/durable.ts"
import type { StoreUnavailable } from "../store/StoreError.ts"
import { StoreRoot, type StoreRootShape } from "../store/StoreRoot.ts"
import type { JournalEntry } from "./JournalEvent.ts"
import { FILES, hasBegun, listRuns, nameOf, type RunFolder } from "./RunFolder.ts"
import { RunJournals, stateOf } from "./RunJournals.ts"
import type { RunState } from "./RunState.ts"

/** `latest~2`: so many runs before another one. */
const BEFORE = /^(?<base>[^~]+)~(?<back>\d{0,6})$/u

/** No run has this name. */
export class RunUnknown extends Data.TaggedError("RunUnknown")<{
  readonly name: string
  readonly hint: string | undefined
}> {
  override get message(): string {
    return `there is no run "${this.name}"${this.hint === undefined ? "" : `; ${this.hint}`}`
  }
}

/** A run with all that its folder holds. */
export interface PastRun {
  readonly folder: RunFolder
  readonly plan: Plan
  readonly entries: ReadonlyArray<JournalEntry>
  readonly state: RunState
}

export class RunHistory extends Context.Service<
  RunHistory,
  {
    /** All runs, the latest first. */
    readonly list: Effect.Effect<ReadonlyArray<RunFolder>, StoreUnavailable>
    /** The run meant by `latest`, an id, the start of one, or its name (`brave-euler`); with `~2`, the second one before that. */
    readonly resolve: (name: string) => Effect.Effect<RunFolder, RunUnknown | StoreUnavailable>
    /** What happened in a run. */
    readonly state: (folder: RunFolder) => Effect.Effect<RunState, StoreUnavailable>
    /** A run with its plan; fails with `RunUnknown` when it died before it had one. */
    readonly load: (folder: RunFolder) => Effect.Effect<PastRun, RunUnknown | StoreUnavailable>
    /** The plan of a run; likewise. That of the run which was asked for last is remembered: it may be long. */
    readonly plan: (folder: RunFolder) => Effect.Effect<Plan, RunUnknown | StoreUnavailable>
  }
>()("athanor/record/RunHistory") {
  static readonly layer: Layer.Layer<RunHistory, never, StoreRoot> = Layer.effect(
    RunHistory,
    Effect.map(StoreRoot, (root) => make(root))
  )
}

const make = (root: StoreRootShape) => {
  const journals = new RunJournals()

  const list = attemptSync("list", root.runs, () => listRuns(root.runs))

  const resolve = Effect.fnUntraced(function* (name: string) {
    const runs = yield* list
    const { base, back } = BEFORE.exec(name)?.groups ?? {}
    if (base === undefined) return yield* find(name, runs)
    const found = yield* find(base, runs)
    const others = runs.slice(runs.indexOf(found)).filter((run) => run === found || hasBegun(run))
    const before = others[Number(back || 1)]
    if (before !== undefined) return before
    return yield* new RunUnknown({ name, hint: `${countText(others.length - 1, "run")} came before ${found.id}` })
  })

  const find = Effect.fnUntraced(function* (name: string, runs: ReadonlyArray<RunFolder>) {
    const [latest] = runs
    if (latest === undefined) return yield* new RunUnknown({ name, hint: "nothing has run here yet" })
    // One that was killed before it could say anything tells nothing that anybody asks for.
    if (name === "latest") return runs.find(hasBegun) ?? latest
    const exact = runs.find(({ id }) => id === name)
    if (exact !== undefined) return exact
    const found = runs.filter(
      ({ id }) => id.startsWith(name) || (/[-.]$/u.test(id.slice(0, -name.length)) && id.endsWith(name))
    )
    const [only] = found
    if (only !== undefined && found.length === 1) return only
    if (found.length > 1) return yield* new RunUnknown({ name, hint: `${found.length} runs start like this` })
    const close = nearest(
      name,
      runs.map(({ id }) => nameOf(id))
    )
    return yield* new RunUnknown({ name, hint: close === undefined ? undefined : `did you mean "${close}"?` })
  })

  const journal = (folder: RunFolder) => attemptSync("read", folder.path, () => journals.read(folder))

  let latest: { readonly file: string; readonly writtenAt: number; readonly plan: Plan } | undefined

  const plan = Effect.fnUntraced(function* (folder: RunFolder) {
    const file = join(folder.path, FILES.plan)
    const written = statSync(file, { throwIfNoEntry: false })
    if (written === undefined) {
      // The journal begins when the plan is there.
      const hint = hasBegun(folder)
        ? `its ${FILES.plan} is gone, and nothing else has its plan`
        : "it ended before its plan was written"
      return yield* new RunUnknown({ name: folder.id, hint })
    }
    const writtenAt = written.mtimeMs
    if (latest?.file === file && latest.writtenAt === writtenAt) return latest.plan
    const read = yield* attemptSync("read", file, () => readPlan(readFileSync(file, "utf8")))
    latest = { file, writtenAt, plan: read }
    return read
  })

  const load = Effect.fnUntraced(function* (folder: RunFolder) {
    const planned = yield* plan(folder)
    const told = yield* journal(folder)
    return { folder, plan: planned, entries: told.entries, state: stateOf(told) } satisfies PastRun
  })

  return RunHistory.of({ list, resolve, state: (folder) => Effect.map(journal(folder), stateOf), load, plan })
}
