/**
 * The engine on synthetic graphs, beside other systems and the floor: what it costs to run everything, nothing, and exactly
 * what an edit affects. README.md says what is measured and how the peers are installed.
 *
 *   npx node bench/engine/main.ts [--sizes 200,1000] [--shapes layered,wide,chain,fan-in] [--peers athanor,ninja,…]
 *                                 [--best 2] [--patience 20] [--tools DIR,…] [--results DIR]
 */
import { availableParallelism, tmpdir, totalmem } from "node:os"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { findTools } from "./find-tools.ts"
import { graph, SHAPES, type Shape } from "./graph.ts"
import { best, measure } from "./measure.ts"
import type { Peer } from "./Peer.ts"
import { PEERS } from "./peers.ts"
import { type Result, writeResults } from "./results.ts"
import { cheaper, measureScenarios, necessary } from "./scenarios.ts"
import { textTable } from "./tables.ts"

const { values: options } = parseArgs({
  options: {
    sizes: { type: "string", default: "200,1000" },
    shapes: { type: "string", default: SHAPES.join(",") },
    peers: { type: "string", default: Object.keys(PEERS).join(",") },
    best: { type: "string", default: "2" },
    patience: { type: "string", default: "20" },
    tools: { type: "string", default: "" },
    results: { type: "string", default: fileURLToPath(new URL("results", import.meta.url)) }
  }
})

const list = (text: string): ReadonlyArray<string> => text.split(",").filter((word) => word !== "")
const sizes = list(options.sizes)
  .map(Number)
  .toSorted((a, b) => a - b)
const rounds = Number(options.best)
const patience = Number(options.patience)
const tools = findTools(list(options.tools))

const missing: Array<string> = []
const peers: Array<Peer> = []
for (const name of list(options.peers)) {
  const find = PEERS[name]
  if (find === undefined) throw new Error(`there is no peer "${name}" (${Object.keys(PEERS).join(", ")})`)
  const found = find(tools)
  if (found === undefined) missing.push(name)
  else peers.push(...found)
}

/** One peer on one graph: of each scenario the cheapest round. A peer that takes seconds is measured once. */
const measurePeer = async (peer: Peer, shape: Shape, size: number): Promise<Result> => {
  const nodes = graph(shape, size)
  let measurements = await measureScenarios(peer, nodes)
  for (let round = 1; round < rounds && (measurements.cold?.wall ?? 0) < patience / 4; round++) {
    measurements = cheaper(measurements, await measureScenarios(peer, nodes))
  }
  return { peer: peer.name, version: peer.version, shape, size, necessary: necessary(nodes), measurements }
}

const results: Array<Result> = []

/** Wall seconds for each task of the largest cold run so far; 0 when there was none. */
const secondsPerTask = ({ name }: Peer): number => {
  const known = results.filter(({ peer, measurements }) => peer === name && measurements.cold !== undefined)
  const largest = known.toSorted((a, b) => b.size - a.size)[0]
  return largest === undefined ? 0 : (largest.measurements.cold?.wall ?? 0) / largest.size
}

const floor = await best(5, () => measure(tmpdir(), { program: process.execPath, args: ["-e", "0"] }))
for (const shape of list(options.shapes) as ReadonlyArray<Shape>) {
  for (const size of sizes) {
    for (const peer of peers) {
      if (peer.takes?.(graph(shape, size)) === false) continue
      const expected = size * secondsPerTask(peer)
      if (expected > patience) {
        results.push({ peer: peer.name, version: peer.version, shape, size, necessary: {}, measurements: {}, expected })
        continue
      }
      results.push(await measurePeer(peer, shape, size))
    }
    console.log(textTable(results.filter((result) => result.shape === shape && result.size === size)))
  }
}
if (missing.length > 0) console.log(`not on this machine: ${missing.join(", ")}`)
await writeResults(options.results, {
  machine: `${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform}-${process.arch}, Node ${process.versions.node}`,
  floor,
  missing,
  leftOut: Object.keys(PEERS).filter((name) => !list(options.peers).includes(name)),
  results
})
console.log(`written: ${options.results}`)
