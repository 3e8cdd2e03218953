/**
 * The engine on synthetic graphs: what it costs to run everything, nothing, and exactly what an edit affects.
 *
 *   npx node bench/engine/main.ts [--size 1000] [--shapes wide,layered,chain,fan-in] [--best 5]
 *
 * Scenarios: `cold`; `no-op`; `touch` (a source gets a new time); `cutoff` (a value changes, its output does not); `leaf` (the
 * first task changes); `mid` (one in the middle); `revert` (all as at first: the store has every answer); `plan` before and
 * after. Of repeatable scenarios the best of several is taken. Costs are of the whole process tree; `node -e 0` is the floor.
 * Bodies that ran are counted and compared with what a plain reference says must run.
 */
import { mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { type Cost, measure } from "./measure.ts"
import { graph, type Node, type Shape, writeProject } from "./project.ts"

const COMMAND = fileURLToPath(new URL("../../bin/pipeline.js", import.meta.url))

const { values: options } = parseArgs({
  options: {
    size: { type: "string", default: "1000" },
    shapes: { type: "string", default: "wide,layered,chain,fan-in" },
    best: { type: "string", default: "5" }
  }
})
const size = Number(options.size)
const repeats = Number(options.best)

/** Outputs of every task, worked out plainly. */
const outputs = (nodes: ReadonlyArray<Node>): ReadonlyArray<number> => {
  const made: Array<number> = []
  for (const { value, parents } of nodes) {
    made.push(parents.reduce((sum, parent) => (sum + (made[parent] ?? 0)) % 1_000_003, value >> 1))
  }
  return made
}

/** Tasks whose own value or whose parents' outputs differ: what has to run, and nothing else. */
const affected = (before: ReadonlyArray<Node>, after: ReadonlyArray<Node>): number => {
  const [old, now] = [outputs(before), outputs(after)]
  return after.filter(
    ({ value, parents }, index) =>
      value !== before[index]?.value || parents.some((parent) => old[parent] !== now[parent])
  ).length
}

const changed = (nodes: ReadonlyArray<Node>, index: number, by: number): ReadonlyArray<Node> =>
  nodes.map((node, at) => (at === index ? { ...node, value: node.value + by } : node))

const best = async (count: number, run: () => Promise<Cost>): Promise<Cost> => {
  const costs: Array<Cost> = []
  for (let round = 0; round < count; round++) costs.push(await run())
  return costs.reduce((a, b) => (b.cpu < a.cpu ? b : a))
}

const ran = ({ stdout }: Cost): number => Number(/"ran": (\d+)/u.exec(stdout)?.[1] ?? Number.NaN)

const row = (name: string, cost: Cost, expected?: number): void => {
  const bodies = expected === undefined ? "" : `${ran(cost)} ran${ran(cost) === expected ? "" : `, ${expected} HAD TO`}`
  console.log(
    `  ${name.padEnd(10)} ${cost.cpu.toFixed(2).padStart(7)} s CPU ${cost.wall.toFixed(2).padStart(7)} s wall ${cost.memory.toFixed(0).padStart(5)} MiB   ${bodies}`
  )
}

const bench = async (shape: Shape, form: "matrix" | "stages"): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), "athanor-engine-"))
  const nodes = graph(shape, size)
  const pipeline = (...args: ReadonlyArray<string>) => measure(folder, process.execPath, [COMMAND, ...args])
  const run = () => pipeline("run", "bench.yaml", "--json")
  const edit = async (name: string, to: ReadonlyArray<Node>, expected: number) => {
    writeProject(folder, to, form)
    row(name, await run(), expected)
  }
  console.log(`${shape}, ${size} tasks, ${form === "matrix" ? "one matrix" : "written out"}`)
  writeProject(folder, nodes, form)
  row("plan", await best(repeats, () => pipeline("plan", "bench.yaml", "--json")))
  const cold = await run()
  row("cold", cold, size)
  console.log(`             ${((1000 * cold.cpu) / size).toFixed(2)} ms CPU a task`)
  row("no-op", await best(repeats, run), 0)
  row("plan", await best(repeats, () => pipeline("plan", "bench.yaml", "--json")))
  const source = join(folder, "add.ts")
  utimesSync(source, new Date(), new Date())
  row("touch", await run(), 0)
  writeFileSync(source, `// A comment.\n${readFileSync(source, "utf8")}`)
  row("comment", await run(), 0)
  const middle = Math.floor(size / 2)
  const [cutoff, leaf, mid] = [changed(nodes, 0, 1), changed(nodes, 0, 2), changed(nodes, middle, 2)]
  await edit("cutoff", cutoff, affected(nodes, cutoff))
  await edit("leaf", leaf, affected(nodes, leaf))
  await edit("mid", mid, affected(nodes, mid))
  await edit("revert", nodes, 0)
  rmSync(folder, { recursive: true, force: true })
}

const floor = await best(repeats, () => measure(tmpdir(), process.execPath, ["-e", "0"]))
console.log(`node -e 0: ${floor.cpu.toFixed(2)} s CPU, ${floor.wall.toFixed(2)} s wall`)
for (const shape of options.shapes.split(",") as ReadonlyArray<Shape>) {
  if (shape === "wide") await bench(shape, "matrix")
  await bench(shape, "stages")
}
