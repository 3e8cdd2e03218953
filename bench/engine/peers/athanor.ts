/** Athanor: the graph as one matrix (where its tasks are independent), or written out as stages, in-process or commands. */
import { utimesSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { MODULUS, type Node } from "../graph.ts"
import type { Cost } from "../measure.ts"
import type { FindPeer, Project } from "../Peer.ts"

const LAUNCHER = fileURLToPath(new URL("../../../bin/pipeline.js", import.meta.url))

const FORMS = ["matrix", "stages", "commands"] as const

/** How a graph is written. */
export type Form = (typeof FORMS)[number]

/** A body that costs next to nothing. */
const STAGE = `import { Effect, Schema } from "effect"
import { Port, StageType } from "athanor/stage"

export default StageType.make({
  name: "bench/add",
  summary: "Half of its value, and what its parents made",
  determinism: "bitwise",
  params: Schema.Struct({ value: Schema.Int }),
  inputs: { parents: Port.many("Json") },
  outputs: { out: "Json" },
  run: ({ params: { value }, inputs: { parents } }) =>
    Effect.sync(() => ({
      out: parents.reduce((sum, { value: part }) => (sum + Number(part)) % ${MODULUS}, value >> 1)
    }))
})
`

/** The folder of a graph: file of the pipeline, and file of its stage type. */
export const FILE = "bench.yaml"
export const STAGE_FILE = "add.ts"

export const pipeline = (...args: ReadonlyArray<string>) => ({
  program: process.execPath,
  args: [LAUNCHER, ...args]
})

/** Bodies that a run says it ran; NaN when it says nothing. */
const bodiesOf = ({ stdout }: Cost): number =>
  Number(/"ran": (?<count>\d+)/u.exec(stdout)?.groups?.["count"] ?? Number.NaN)

const stage = ({ value, parents }: Node, index: number): string =>
  `  n${index}: { uses: ./${STAGE_FILE}, with: { value: ${value} }, inputs: { parents: [${
    parents.length === 0 ? "sources.zero" : parents.map((parent) => `n${parent}.out`).join(", ")
  }] } }\n`

/** The body that the other systems run, of shell builtins alone. */
const command = ({ value, parents }: Node, index: number): string => {
  const add = `for f in inputs/parents/[0-9]*;do read x <$f||:;t=$(((t+x)%${MODULUS}));done;`
  const body = `t=$((${value}>>1));${parents.length === 0 ? "" : add}echo $t >out.json`
  const inputs = parents.length === 0 ? "" : `inputs: { parents: [${parents.map((parent) => `n${parent}.out`)}] }, `
  const outputs = "outputs: { out: { path: out.json, kind: Json } }"
  return `  n${index}: { uses: command, shell: true, run: ${JSON.stringify(body)}, ${inputs}${outputs} }\n`
}

const matrix = (nodes: ReadonlyArray<Node>): string => {
  const [last] = nodes.slice(-1)
  const own = last !== undefined && last.parents.length > 0 ? nodes.slice(0, -1) : nodes
  const fanIn = `  last: { uses: ./${STAGE_FILE}, with: { value: ${last?.value} }, inputs: { parents: n.*.out } }\n`
  return `  n:
    uses: ./${STAGE_FILE}
    matrix: { i: "\${{ range(len(params.values)) }}" }
    with: { value: "\${{ params.values[matrix.i] }}" }
    inputs: { parents: [sources.zero] }
${own === nodes ? "" : fanIn}params: { values: [${own.map(({ value }) => value).join(", ")}] }
`
}

/** Whether all tasks but the last are independent: these are what one matrix can say. */
const fitsMatrix = (nodes: ReadonlyArray<Node>): boolean =>
  nodes.slice(0, -1).every(({ parents }) => parents.length === 0) &&
  [0, nodes.length - 1].includes(nodes.at(-1)?.parents.length ?? 0)

/** The text of the pipeline file of a graph. */
const pipelineText = (nodes: ReadonlyArray<Node>, form: Form): string => {
  const stages = form === "matrix" ? matrix(nodes) : nodes.map(form === "stages" ? stage : command).join("")
  return `name: bench\nsources: { zero: { path: zero.json, kind: Json } }\nstages:\n${stages}`
}

/** Writes a graph for Athanor into a folder. */
export const writeAthanor = (folder: string, nodes: ReadonlyArray<Node>, form: Form): Project => {
  const write = (all: ReadonlyArray<Node>): void => writeFileSync(join(folder, FILE), pipelineText(all, form))
  writeFileSync(join(folder, STAGE_FILE), STAGE)
  writeFileSync(join(folder, "zero.json"), "0")
  write(nodes)
  return {
    run: pipeline("run", FILE, "--json", "-j", "2"),
    plan: pipeline("plan", FILE, "--json"),
    edit: write,
    touch: () => {
      for (const file of [STAGE_FILE, "zero.json"]) utimesSync(join(folder, file), new Date(), new Date())
    },
    bodies: bodiesOf
  }
}

export const findAthanor: FindPeer = (tools) =>
  FORMS.map((form) => ({
    name: `athanor, ${form}`,
    version: tools.firstLine(process.execPath, [LAUNCHER, "--version"]).replace(/^\D*/u, ""),
    takes: (nodes) => form !== "matrix" || fitsMatrix(nodes),
    write: (folder, nodes) => writeAthanor(folder, nodes, form)
  }))
