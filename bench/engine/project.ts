/** Synthetic projects: graphs of tiny typed stages, as a pipeline file. */
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"

export type Shape = "wide" | "layered" | "chain" | "fan-in"

/** One task: its own value, and the tasks whose outputs it adds. */
export interface Node {
  readonly value: number
  readonly parents: ReadonlyArray<number>
}

/** A body that costs next to nothing; values that differ in the last bit alone give one output. */
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
      out: parents.reduce((sum, { value: part }) => (sum + Number(part)) % 1_000_003, value >> 1)
    }))
})
`

const LAYER = 100

/** Pseudo-random whole numbers below a bound, the same in every run of the benchmark. */
const generator = (seed: number) => {
  let state = seed
  return (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state % below
  }
}

/** The graph of a shape with `size` tasks. */
export const graph = (shape: Shape, size: number): ReadonlyArray<Node> => {
  const random = generator(1)
  return Array.from({ length: size }, (_, index) => ({
    value: 4 * index,
    parents: parentsOf(shape, index, size, random)
  }))
}

const parentsOf = (
  shape: Shape,
  index: number,
  size: number,
  random: (below: number) => number
): ReadonlyArray<number> => {
  if (shape === "chain") return index === 0 ? [] : [index - 1]
  if (shape === "fan-in") return index === size - 1 ? Array.from({ length: size - 1 }, (_, parent) => parent) : []
  if (shape === "wide" || index < LAYER) return []
  const start = (Math.floor(index / LAYER) - 1) * LAYER
  return [...new Set([0, 1, 2].map(() => start + random(LAYER)))]
}

const stage = ({ value, parents }: Node, index: number): string =>
  `  n${index}: { uses: ./add.ts, with: { value: ${value} }, inputs: { parents: [${
    parents.length === 0 ? "sources.zero" : parents.map((parent) => `n${parent}.out`).join(", ")
  }] } }\n`

const matrix = (nodes: ReadonlyArray<Node>): string => `  n:
    uses: ./add.ts
    matrix: { value: [${nodes.map(({ value }) => value).join(", ")}] }
    with: { value: "\${{ matrix.value }}" }
    inputs: { parents: [sources.zero] }
`

/** Writes the pipeline of a graph; independent tasks can also be one matrix. */
export const writeProject = (folder: string, nodes: ReadonlyArray<Node>, form: "matrix" | "stages"): void => {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, "add.ts"), STAGE)
  writeFileSync(join(folder, "zero.json"), "0")
  const stages = form === "matrix" ? matrix(nodes) : nodes.map(stage).join("")
  const text = `name: bench\nsources: { zero: { path: zero.json, kind: Json } }\nstages:\n${stages}`
  writeFileSync(join(folder, "bench.yaml"), text)
}
