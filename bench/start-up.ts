/**
 * What a command costs in which nothing has to run, against an empty Node.
 *
 *   npx node bench/start-up.ts [TASKS…]
 *
 * Makes a project of independent tasks in a temporary folder, runs it once, then times `--version`, `plan` and the no-op
 * run in turns with `node -e 0`: medians of wall time, and ratios within this run.
 */
import { spawnSync } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

const COMMAND = fileURLToPath(new URL("../bin/pipeline.js", import.meta.url))
const ROUNDS = 7

const pipeline = (tasks: number): string => `name: wide
stages:
  points:
    uses: data/gaussian
    matrix: { seed: "\${{ range(${tasks}) }}" }
    with: { points: 1, seed: "\${{ matrix.seed }}" }
`

/** Milliseconds of a Node process in a folder. */
const time = (folder: string, args: ReadonlyArray<string>): number => {
  const start = performance.now()
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" })
  if (status !== 0) throw new Error(`${args.join(" ")} ended with ${status}: ${stderr}`)
  return performance.now() - start
}

const median = (values: ReadonlyArray<number>): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

const CASES = [
  ["node -e 0", ["-e", "0"]],
  ["pipeline --version", [COMMAND, "--version"]],
  ["pipeline plan", [COMMAND, "plan", "wide.yaml"]],
  ["pipeline run", [COMMAND, "run", "wide.yaml"]]
] as const

for (const tasks of process.argv.length > 2 ? process.argv.slice(2).map(Number) : [100, 1000]) {
  const folder = mkdtempSync(join(tmpdir(), "athanor-bench-"))
  writeFileSync(join(folder, "wide.yaml"), pipeline(tasks))
  const cold = time(folder, [COMMAND, "run", "wide.yaml"])
  const rounds = Array.from({ length: ROUNDS }, () => CASES.map(([, args]) => time(folder, args)))
  const medians = CASES.map((_, index) => median(rounds.map((round) => round[index] ?? Number.NaN)))
  console.log(`${tasks} tasks, all cached (the first run: ${(cold / tasks).toFixed(1)} ms a task)`)
  for (const [index, [name]] of CASES.entries()) {
    const [own = Number.NaN, empty = Number.NaN] = [medians[index], medians[0]]
    console.log(
      `  ${name.padEnd(20)} ${own.toFixed(0).padStart(6)} ms   ${(own / empty).toFixed(1).padStart(5)} × node -e 0`
    )
  }
  rmSync(folder, { recursive: true, force: true })
}
