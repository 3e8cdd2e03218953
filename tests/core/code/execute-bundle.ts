/** Runs a stage's bundle in a new process, as a worker does: imported once a thread, evaluated for each attempt. */
import { spawnSync } from "node:child_process"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Digest from "../../../core/store/Digest.ts"
import { EFFECT, type Files, makeFolder } from "./stage-project.ts"

export const hrefOf = (path: string): string => new URL(`../../../core/${path}`, import.meta.url).href

export interface Execution {
  /** Files beside the stage's source; the source itself is gone. */
  readonly files?: Files
  readonly thread?: "main" | "worker"
  /** The parameter `n` of each attempt, one after the other in one thread. */
  readonly attempts?: ReadonlyArray<number>
  /** Milliseconds that evaluating the stage may take. */
  readonly limit?: number
}

/** What each attempt gave. The bundle lies far from its sources. */
export const execute = (
  code: string,
  { files = {}, thread = "main", attempts = [3], limit = 5000 }: Execution = {}
): ReadonlyArray<{ readonly [field: string]: unknown }> => {
  const folder = makeFolder()
  const bundleFile = join(folder, "bundle.js")
  writeFileSync(bundleFile, code)
  // The stage's own folder: its packages are looked up from there.
  const source = makeFolder(files)
  const bundle = Digest.ofBytes(new TextEncoder().encode(code))
  const program = `
    import { installModuleHook } from "${hrefOf("code/module-hook.ts")}"
    import { importStage } from "${hrefOf("code/import-stage.ts")}"
    import { MetricRecorder } from "${hrefOf("stage/Metric.ts")}"
    import { Progress } from "${hrefOf("stage/Progress.ts")}"
    import { Effect, Result } from "${EFFECT}"
    installModuleHook({ effectModule: "${EFFECT}" })
    const source = ${JSON.stringify({ bundle, bundleFile, file: join(source, "stage.ts") })}
    const answers = []
    for (const n of ${JSON.stringify(attempts)}) {
      const seen = { metrics: {}, reports: [] }
      const attempt = Effect.gen(function* () {
        const stage = yield* importStage(source, ${limit})
        const outputs = yield* stage.run({ params: { n }, inputs: {} })
        return { name: stage.name, outputs, sameEffect: stage.Effect === undefined || stage.Effect === Effect }
      }).pipe(
        Effect.provideService(MetricRecorder, (name, value) => { seen.metrics[name] = value }),
        Effect.provideService(Progress, ({ done, total }) => { seen.reports.push(done + "/" + total) }),
        Effect.result
      )
      const result = await Effect.runPromise(attempt)
      answers.push(Result.isSuccess(result) ? { ...result.success, ...seen } : { error: result.failure.message })
    }
    console.log(JSON.stringify(answers))
  `
  const main = join(folder, "main.mjs")
  const inWorker = `import { Worker } from "node:worker_threads"\nnew Worker(new URL("./run.mjs", import.meta.url))`
  writeFileSync(join(folder, "run.mjs"), program)
  writeFileSync(main, thread === "main" ? 'import "./run.mjs"' : inWorker)
  const { stdout, stderr } = spawnSync(process.execPath, [main], { cwd: folder, encoding: "utf8" })
  if (stdout === "") throw new Error(stderr)
  return JSON.parse(stdout)
}
