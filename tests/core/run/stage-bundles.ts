/** Stage types as workers get them: built, in a file, under their digest. */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { Effect } from "effect"
import type { JsonMap } from "../../../core/plan/Plan.ts"
import type { StageRequest } from "../../../core/run/Executor.ts"
import { buildStage, makeFolder } from "../code/stage-project.ts"
import { digest } from "../store/sample-store.ts"

/** The module that a worker thread starts with, from its source. */
export const WORKER = new URL("../../../core/run/worker.ts", import.meta.url)

/** A stage type with a `run` of these statements; they see `n` and `thread.calls`, its attempts in this thread, and their value goes to the output `value`. */
const stageOf = (body: string): string => `
import { Effect, Schema } from "effect"
import { Metric, Progress, StageType, Team } from "athanor/stage"

class Odd extends Schema.TaggedError<Odd>()("Odd", { n: Schema.Int }) {
  override get message() { return this.n + " is odd" }
}

const thread = { calls: 0 }

export default StageType.make({
  name: "test/stage",
  summary: "For tests",
  determinism: "bitwise",
  params: Schema.Struct({ n: Schema.Int }),
  inputs: {},
  outputs: { value: "Json" },
  run: ({ params: { n } }) => Effect.gen(function* () {
    thread.calls++
    ${body}
  })
})
`

/** The module that a worker process starts with. */
export const WORKER_PROCESS = new URL("../../../core/run/worker-process.ts", import.meta.url)

/** The module that a helper thread starts with. */
export const HELPER = new URL("../../../core/run/helper.ts", import.meta.url)

/** The module of the process that ends worker processes when their orchestrator is dead. */
export const HOST = new URL("../../../core/run/command-host.ts", import.meta.url)

let bundles = 0

/** Lets the attempts of a worker share an object, which no stage can by itself: its modules are evaluated for each. */
const sharing = (code: string): string =>
  code.replace("thread = { calls: 0 }", `thread = (Effect.gen["bundle ${++bundles}"] ??= { calls: 0 })`)

/** Builds a stage type with this body and gives the requests for attempts at it. */
export const stageWith = (body: string) =>
  Effect.gen(function* () {
    const { code: built } = yield* Effect.orDie(buildStage({ "stage.ts": stageOf(body) }))
    const code = sharing(built)
    const bundleFile = join(makeFolder(), "bundle.js")
    writeFileSync(bundleFile, code)
    return (n: number, more: Partial<StageRequest> = {}): StageRequest => ({
      _tag: "Stage",
      task: `a@n=${n}`,
      attempt: 1,
      devices: [],
      code: { file: "/nowhere/stage.ts", bundle: digest(code), bundleFile },
      params: { n } satisfies JsonMap,
      inputs: {},
      outputs: { value: "Json" },
      ...more
    })
  })
