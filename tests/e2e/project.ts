/** Temporary projects, and the built command run in them. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process"
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { onTestFinished } from "vitest"

/** The launcher of the command. */
export const COMMAND = fileURLToPath(new URL("../../bin/pipeline.js", import.meta.url))

export interface Outcome {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Project {
  readonly folder: string
  readonly write: (file: string, text: string) => void
  readonly read: (file: string) => string
  /** Changes a file by replacing a text that it must have. */
  readonly edit: (file: string, from: string, to: string) => void
  readonly run: (...args: ReadonlyArray<string>) => Outcome
  /** The same under a shell that has done something before: `ulimit -f 64`. */
  readonly runAfter: (before: string, ...args: ReadonlyArray<string>) => Outcome
  /** The JSON that a command prints. */
  readonly json: (...args: ReadonlyArray<string>) => unknown
  /** A command that goes on while the test does. */
  readonly start: (...args: ReadonlyArray<string>) => ChildProcess
}

/** A project that is removed when the test ends; its commands are started by `launcher`. */
export const makeProject = (
  files: { readonly [file: string]: string },
  env: NodeJS.ProcessEnv = {},
  launcher = COMMAND
): Project => {
  const folder = mkdtempSync(join(tmpdir(), "athanor-"))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const environment = { ...process.env, NO_COLOR: "1", ...env }
  const write = (file: string, text: string): void => {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), text)
  }
  const read = (file: string): string => readFileSync(join(folder, file), "utf8")
  const spawned = (program: string, args: ReadonlyArray<string>): Outcome => {
    const { status, stdout, stderr } = spawnSync(program, args, { cwd: folder, env: environment, encoding: "utf8" })
    return { status, stdout, stderr }
  }
  const run = (...args: ReadonlyArray<string>): Outcome => spawned(process.execPath, [launcher, ...args])
  for (const [file, text] of Object.entries(files)) write(file, text)
  return {
    folder,
    write,
    read,
    edit: (file, from, to) => {
      const text = read(file)
      if (!text.includes(from)) throw new Error(`${file} has no "${from}"`)
      write(file, text.replace(from, to))
    },
    run,
    runAfter: (before, ...args) =>
      spawned("/bin/sh", ["-c", `${before}; exec "$@"`, "sh", process.execPath, launcher, ...args]),
    json: (...args) => JSON.parse(run(...args).stdout),
    start: (...args) => spawn(process.execPath, [launcher, ...args], { cwd: folder, env: environment })
  }
}

/** A stage type that makes numbers, and takes as long as it is told. */
export const NUMBERS = `import { Effect, Schema } from "effect"
import { Metric, Progress, StageType } from "athanor/stage"
import { scaled } from "./scale.ts"

// How the numbers are made.
export default StageType.make({
  name: "my/numbers",
  summary: "Even numbers",
  determinism: "bitwise",
  params: Schema.Struct({
    n: Schema.Int.check(Schema.isGreaterThan(0)).pipe(Schema.withDecodingDefaultKey(Effect.succeed(5))),
    seed: Schema.Int.pipe(Schema.withDecodingDefaultKey(Effect.succeed(0))),
    millis: Schema.Finite.pipe(Schema.withDecodingDefaultKey(Effect.succeed(0)))
  }),
  inputs: {},
  outputs: { numbers: "Tensor" },
  run: ({ params }) =>
    Effect.gen(function* () {
      const data = new Float64Array(params.n)
      const report = yield* Progress.Progress
      for (let index = 0; index < params.n; index++) {
        const pause = params.millis
        if (pause > 0) yield* Effect.sleep(pause)
        data[index] = scaled(index) + params.seed
        report({ done: index + 1, total: params.n, unit: "numbers" })
      }
      yield* Metric.record("sum", data.reduce((sum, value) => sum + value, 0))
      return { numbers: { shape: [params.n], data } }
    })
})
`

export const SCALE = `export const scaled = (value: number): number => value * 2

export const unused = (value: number): number => value + 1
`

/** A stage type that adds what comes from all tasks of another. */
export const TOTAL = `import { Effect, Schema } from "effect"
import { Metric, Port, StageType } from "athanor/stage"

export default StageType.make({
  name: "my/total",
  summary: "The sum of all numbers",
  determinism: "bitwise",
  params: Schema.Struct({}),
  inputs: { numbers: Port.many("Tensor") },
  outputs: { total: "Json", figure: "Figure" },
  run: ({ inputs }) =>
    Effect.gen(function* () {
      const rows = inputs.numbers.map(({ matrix, value }) => ({
        seed: matrix["seed"] ?? null,
        sum: Array.from(value.data).reduce((sum, item) => sum + item, 0)
      }))
      yield* Metric.record("all", rows.reduce((all, { sum }) => all + sum, 0))
      const encoding = { x: { field: "seed", type: "quantitative" }, y: { field: "sum", type: "quantitative" } }
      return { total: rows, figure: { spec: { title: "Sums", data: { values: rows }, mark: "line", encoding } } }
    })
})
`

/** A small study on the two. */
export const STUDY = `name: tiny
params: { seeds: 3, n: 4, millis: 0 }
stages:
  numbers:
    uses: ./stages/numbers.ts
    matrix: { seed: "\${{ range(params.seeds) }}" }
    with: { n: "\${{ params.n }}", seed: "\${{ matrix.seed }}", millis: "\${{ params.millis }}" }
  total:
    uses: ./stages/total.ts
    inputs: { numbers: numbers.*.numbers }
outputs:
  figures/sums.svg: total.figure
  total.json: total.total
expect:
  - { metric: total.all, value: 48, tolerance: { absolute: 0.5 }, origin: reference }
report: { figures: [total.figure] }
`

export const TINY = {
  "tiny.yaml": STUDY,
  "stages/numbers.ts": NUMBERS,
  "stages/scale.ts": SCALE,
  "stages/total.ts": TOTAL
}
