/** Synthetic graphs, what their tasks make, and which of them an edit makes necessary: the reference of all measurements. */

export const SHAPES = ["wide", "layered", "chain", "fan-in"] as const

export type Shape = (typeof SHAPES)[number]

/** One task: half its value plus what its parents made, modulo `MODULUS`. Values that differ in the last bit alone make one output. */
export interface Node {
  readonly value: number
  readonly parents: ReadonlyArray<number>
}

/** A prime: what a task makes depends on all that it reads. */
export const MODULUS = 1_000_003

const LAYER = 100

/** Pseudo-random whole numbers below a bound, the same in every run of the benchmark. */
const generator = (seed: number) => {
  let state = seed
  return (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    // The high bits: the low ones of such a generator repeat soon.
    return Math.floor((state / 2 ** 32) * below)
  }
}

/** The graph of a shape with `size` tasks; parents come before their children. */
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

/** The outputs of all tasks. */
export const outputs = (nodes: ReadonlyArray<Node>): ReadonlyArray<number> => {
  const made: Array<number> = []
  for (const { value, parents } of nodes) {
    made.push(parents.reduce((sum, parent) => (sum + (made[parent] ?? 0)) % MODULUS, value >> 1))
  }
  return made
}

/** Tasks whose own value or whose parents' outputs differ: what has to run, and nothing else. */
export const affected = (before: ReadonlyArray<Node>, after: ReadonlyArray<Node>): number => {
  const [old, now] = [outputs(before), outputs(after)]
  return after.filter(
    ({ value, parents }, index) =>
      value !== before[index]?.value || parents.some((parent) => old[parent] !== now[parent])
  ).length
}

/** The graph with another value at one task. */
export const changed = (nodes: ReadonlyArray<Node>, index: number, by: number): ReadonlyArray<Node> =>
  nodes.map((node, at) => (at === index ? { ...node, value: node.value + by } : node))
