/**
 * What a task costs that is a command, beside what it consists of: processor time of the whole tree.
 *
 *   npx node bench/command.ts [TASKS…]
 *
 * Runs a matrix of commands that write a small output, and one of commands that do nothing, in temporary projects; beside
 * them the same shell started by a shell, and by Node alone. The least of three runs each; milliseconds a task.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { best, type Command, measure } from "./engine/measure.ts"

const COMMAND = fileURLToPath(new URL("../bin/pipeline.js", import.meta.url))
const ROUNDS = 3

const pipeline = (tasks: number, run: string, outputs: string): string => `name: commands
stages:
  many:
    uses: command
    matrix: { n: "\${{ range(${tasks}) }}" }
    run: [${run}, "\${{ matrix.n }}"]
    outputs: ${outputs}
`

/** As many shells as Node can start one after the other, two at a time. */
const spawner = (tasks: number): string => `
import { spawn } from "node:child_process"
let left = ${tasks}
const next = () => {
  if (left-- > 0) spawn("sh", ["-c", "echo $0 > /dev/null", String(left)], { stdio: ["ignore", "pipe", "pipe"] }).once("close", next)
}
next(); next()`

const ours = (file: string): Command => ({ program: process.execPath, args: [COMMAND, "run", file] })

for (const tasks of process.argv.length > 2 ? process.argv.slice(2).map(Number) : [1000]) {
  const folder = mkdtempSync(join(tmpdir(), "athanor-bench-"))
  const loop = `for n in $(seq ${tasks}); do sh -c 'echo $0 > /dev/null' $n; done`
  writeFileSync(join(folder, "true.yaml"), pipeline(tasks, '"true"', "{}"))
  const written = `sh, -c, 'echo "{}" > out.json'`
  writeFileSync(join(folder, "write.yaml"), pipeline(tasks, written, "{ out: { path: out.json, kind: Json } }"))
  writeFileSync(join(folder, "spawn.mjs"), spawner(tasks))
  const cases: ReadonlyArray<readonly [name: string, command: Command]> = [
    ["sh, started by sh", { program: "sh", args: ["-c", loop] }],
    ["sh, started by Node", { program: process.execPath, args: ["spawn.mjs"] }],
    ["pipeline: true", ours("true.yaml")],
    ["pipeline: sh with an output", ours("write.yaml")]
  ]
  console.log(`${tasks} tasks, milliseconds a task`)
  for (const [name, command] of cases) {
    const { cpu, memory, wall } = await best(ROUNDS, () => {
      for (const part of ["artifacts-cache", "reports"]) rmSync(join(folder, part), { recursive: true, force: true })
      return measure(folder, command)
    })
    const milliseconds = (seconds: number): string => ((1000 * seconds) / tasks).toFixed(2).padStart(6)
    const peak = memory === undefined ? "" : `   ${memory.toFixed(0)} MiB`
    console.log(`  ${name.padEnd(28)} cpu ${milliseconds(cpu)}   wall ${milliseconds(wall)}${peak}`)
  }
  rmSync(folder, { recursive: true, force: true })
}
