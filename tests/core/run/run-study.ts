/** Runs studies in stores, as one process each, and damages the stores. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect } from "effect"
import type { Plan } from "../../../core/plan/Plan.ts"
import { AttemptFailed, type AttemptResult, type StageRequest } from "../../../core/run/Executor.ts"
import type { RunOptions } from "../../../core/run/run-plan.ts"
import { inStore } from "../store/sample-store.ts"
import { fakeExecutor } from "./FakeExecutor.ts"
import { codeWith, executionOf, failing, type Made, makeResult, planOf, type Study, stageOf } from "./Study.ts"
import { pick } from "./study-edits.ts"
import { run } from "./watched-run.ts"

/** A folder that is removed when the scope closes; in memory where the system can: thousands of runs would wait for a disk. */
export const scratchFolder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "athanor-study-"))),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
)

export interface StudyOptions extends Partial<RunOptions> {
  /** Milliseconds that an execution takes. */
  readonly delay?: (task: string) => number
  /** What comes with a result. */
  readonly beside?: (made: Made) => Partial<AttemptResult>
  /** Changes the plan of the study. */
  readonly refine?: (plan: Plan) => Plan
}

const inputsOf = ({ inputs }: StageRequest): ReadonlyArray<Made> =>
  Object.values(inputs).map((input) => {
    const [file] = input._tag === "One" ? input.files : []
    const content = file?.content
    if (content === undefined) throw new Error("an input without a file")
    const bytes = content._tag === "Inline" ? Buffer.from(content.base64, "base64") : readFileSync(content.file)
    return JSON.parse(bytes.toString())
  })

/** Runs a study as a process of its own would; what was executed, by `executionOf`, sorted. */
export const runStudy = (folder: string, study: Study, options: StudyOptions = {}) =>
  Effect.gen(function* () {
    const { delay = () => 0, beside = () => ({}), refine = (plan) => plan, ...more } = options
    const executed: Array<string> = []
    const executor = fakeExecutor(
      (request) =>
        Effect.suspend(() => {
          const [stage, code] = [stageOf(request.task), codeWith(request.code.bundle)]
          const param = String(request.params["param"])
          const inputs = inputsOf(request)
          executed.push(executionOf(stage, code, param, inputs))
          const millis = delay(request.task)
          const outcome = study.failing.has(failing(stage, param))
            ? new AttemptFailed({ tag: "Told", message: "to fail", detail: "" })
            : Effect.succeed(makeResult(stage, code, param, inputs))
          return millis === 0 ? outcome : Effect.andThen(Effect.sleep(millis), outcome)
        }),
      (value) => beside(value as Made)
    )
    const result = yield* inStore(folder, run(refine(planOf(study)), executor, { keepGoing: true, jobs: 2, ...more }))
    return { executed: executed.sort(), ...result }
  })

/** Removes one of the large objects from the disk; its digest. */
export const loseObject = (folder: string, at: number): string | undefined => {
  const objects = join(folder, "objects")
  const files = readdirSync(objects)
    .filter((name) => /^[0-9a-f]{2}$/u.test(name))
    .sort()
    .flatMap((prefix) => readdirSync(join(objects, prefix)).map((rest) => [prefix, rest] as const))
  if (files.length === 0) return undefined
  const [prefix, rest] = pick(files, at)
  rmSync(join(objects, prefix, rest), { force: true })
  return `${prefix}${rest}`
}
