import { spawnSync } from "node:child_process"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Digest from "../../../core/store/Digest.ts"
import { buildStage, EFFECT, type Files, makeFolder, stageAround, writeFiles } from "./stage-project.ts"

const hrefOf = (path: string): string => new URL(`../../../core/${path}`, import.meta.url).href

/** Runs a stage's bundle in a folder far from its sources, in the main thread of a new process or in a worker. */
const execute = (code: string, files: Files, thread: "main" | "worker"): unknown => {
  const folder = makeFolder()
  const bundleFile = join(folder, "bundle.js")
  writeFileSync(bundleFile, code)
  // The stage's own folder: its packages are looked up from there. Its sources are gone.
  const source = makeFolder(files)
  const bundle = Digest.ofBytes(new TextEncoder().encode(code))
  const program = `
    import { installModuleHook } from "${hrefOf("code/module-hook.ts")}"
    import { importStage } from "${hrefOf("code/import-stage.ts")}"
    import { MetricRecorder } from "${hrefOf("stage/Metric.ts")}"
    import { Progress } from "${hrefOf("stage/Progress.ts")}"
    import { Effect, Result } from "${EFFECT}"
    installModuleHook({ effectModule: "${EFFECT}" })
    const seen = { metrics: {}, reports: [] }
    const attempt = Effect.gen(function* () {
      const stage = yield* importStage(${JSON.stringify({ bundle, bundleFile, file: join(source, "stage.ts") })})
      const outputs = yield* stage.run({ params: { n: 3 }, inputs: {} })
      return { name: stage.name, outputs, sameEffect: stage.Effect === undefined || stage.Effect === Effect }
    }).pipe(
      Effect.provideService(MetricRecorder, (name, value) => { seen.metrics[name] = value }),
      Effect.provideService(Progress, ({ done, total }) => { seen.reports.push(done + "/" + total) }),
      Effect.result
    )
    const result = await Effect.runPromise(attempt)
    const answer = Result.isSuccess(result) ? { ...result.success, ...seen } : { error: result.failure.message }
    console.log(JSON.stringify(answer))
  `
  const main = join(folder, "main.mjs")
  const inWorker = `import { Worker } from "node:worker_threads"\nnew Worker(new URL("./run.mjs", import.meta.url))`
  writeFileSync(join(folder, "run.mjs"), program)
  writeFileSync(main, thread === "main" ? 'import "./run.mjs"' : inWorker)
  const { stdout, stderr } = spawnSync(process.execPath, [main], { cwd: folder, encoding: "utf8" })
  if (stdout === "") throw new Error(stderr)
  return JSON.parse(stdout)
}

const STAGE = `import { Context, Effect, Schema } from "effect"
import { Metric, Progress, StageType } from "athanor/stage"
import bytes from "./kernel.wasm"

const Own = Context.Reference("test/Own", { defaultValue: () => "own" })

const type = StageType.make({
  name: "test/counting",
  summary: "Counts",
  params: Schema.Struct({ n: Schema.Int }),
  inputs: {},
  outputs: { value: "Json" },
  determinism: "bitwise",
  run: Effect.fn(function* ({ params }) {
    let sum = 0
    yield* Progress.steps(params.n, "steps", (index) => { sum += index })
    yield* Metric.record("sum", sum)
    return { value: [sum, bytes.length, bytes.buffer.byteLength, yield* Own] }
  })
})
export default Object.assign(type, { Effect })
`
const FILES = { "stage.ts": STAGE, "kernel.wasm": new Uint8Array([0, 97, 115, 109, 1]) }

describe("a stored bundle", () => {
  for (const thread of ["main", "worker"] as const) {
    it.effect(
      `runs far from its sources, with the services and the one effect of its host, in a ${thread} thread`,
      () =>
        Effect.gen(function* () {
          const { code } = yield* buildStage(FILES)
          assert.deepStrictEqual(execute(code, {}, thread), {
            name: "test/counting",
            outputs: { value: [3, 5, 5, "own"] },
            sameEffect: true,
            metrics: { sum: 3 },
            reports: ["0/3", "3/3"]
          })
        })
    )
  }

  it.effect("finds its packages from where its sources were, and its effect where the host has it", () =>
    Effect.gen(function* () {
      const packages: Files = {
        "node_modules/alpha/package.json":
          '{ "name": "alpha", "version": "1.0.0", "type": "module", "exports": { ".": "./index.js", "./*": "./*" } }',
        "node_modules/alpha/index.js": "export const a = 42\n",
        "node_modules/alpha/data.json": "[1, 2]",
        "node_modules/effect/package.json": '{ "name": "effect", "version": "0.0.1", "type": "module" }',
        "node_modules/effect/index.js": 'throw new Error("the wrong effect")\n'
      }
      const compute = '() => import("alpha/data.json", { with: { type: "json" } }).then((data) => [a, data.default])'
      const stage = stageAround('import { a } from "alpha"', compute).replace(
        "Effect.succeed({ value: compute(params.n) })",
        "Effect.map(Effect.promise(() => compute(params.n)), (value) => ({ value }))"
      )
      const { code } = yield* buildStage({ ...packages, "stage.ts": stage })
      const answer = execute(code, packages, "main")
      assert.deepInclude(answer, { outputs: { value: [42, [1, 2]] } })
    })
  )

  it.effect.each<readonly [string, string, RegExp]>([
    ["whose default export is something else", "export default 3", /default export is no stage type/u],
    ["that throws on import", 'throw new Error("no luck")\nexport default 3', /cannot be loaded: no luck/u],
    [
      "whose name is malformed",
      stageAround("").replace("test/stage", "Test Stage"),
      /its name "Test Stage" is not of the form family\/name/u
    ]
  ])("is refused %s", ([, stage, expected]) =>
    Effect.gen(function* () {
      const { code } = yield* buildStage({ "stage.ts": stage })
      const answer = execute(code, {}, "main")
      assert.match(JSON.stringify(answer).replaceAll("\\", ""), expected)
    })
  )

  it.effect("is refused when its bytes are not those of its digest", () =>
    Effect.gen(function* () {
      const { code } = yield* buildStage(FILES)
      const folder = makeFolder()
      writeFiles(folder, { "bundle.js": `${code}\n// another line` })
      const digest = Digest.ofBytes(new TextEncoder().encode(code))
      const program = `
        import { installModuleHook, bundleUrl } from "${hrefOf("code/module-hook.ts")}"
        installModuleHook({ effectModule: "${EFFECT}" })
        await import(bundleUrl(${JSON.stringify({ bundle: digest, bundleFile: join(folder, "bundle.js"), file: "/stage.ts" })}))`
      const { stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", program], { encoding: "utf8" })
      assert.match(stderr, /the stored code [0-9a-f]{12} is damaged/u)
    })
  )
})
