/**
 * Topological swaps: against the same algorithm by regressions in NumPy, and over the number of nodes.
 *
 *   npx node bench/notears/topo.ts               the algorithm of the paper beside NumPy, two graphs of 50 nodes; a minute
 *   npx node bench/notears/topo.ts nodes 1000    up to so many nodes, and the exponent of d; minutes
 *   npx node bench/notears/topo.ts starts        how many random orders lead to the global optimum
 *
 * Processor seconds, on one thread, from the data on. Graphs are ER4 with unit noise. The paper's own Python took 23.6 s for 50 nodes and 1,000 samples.
 */
import { readFileSync } from "node:fs"
import { Effect } from "effect"
import { stream } from "../../stages/math/random/Philox.ts"
import { logLogSlope } from "../../stages/math/special/Statistics.ts"
import { covarianceOf } from "../../stages/notears/Covariance.ts"
import type { SetSizes } from "../../stages/notears/candidates.ts"
import type { Descent } from "../../stages/notears/Descent.ts"
import { InsertionDescent } from "../../stages/notears/InsertionDescent.ts"
import { IteratedSearch } from "../../stages/notears/IteratedSearch.ts"
import { LeastSquaresOrder } from "../../stages/notears/LeastSquaresOrder.ts"
import { SubsetProgram } from "../../stages/notears/SubsetProgram.ts"
import { TopologicalSwaps } from "../../stages/notears/TopologicalSwaps.ts"
import type { Samples } from "../../stages/notears/tensors.ts"
import { WindowDescent } from "../../stages/notears/WindowDescent.ts"
import { INSTANCES, type Instance } from "../../tests/stages/notears/instances.ts"
import { figure, line } from "../compute/measure.ts"
import { Python } from "../compute/peer.ts"
import { samplesOf } from "./samples-of.ts"

interface Settings {
  readonly sizes: SetSizes
  readonly largeSearches: number
}

type Begin = (state: LeastSquaresOrder) => Descent

const plain =
  ({ sizes, largeSearches }: Settings): Begin =>
  (state) =>
    new TopologicalSwaps(state, { kind: "swap", sizes, largeSearches, choice: "disjoint" })

const insertions: Begin = (state) => new InsertionDescent(state)

const windows: Begin = (state) => new WindowDescent(state, 8)

interface Outcome {
  readonly score: number
  readonly rounds: number
  readonly seconds: number
}

/** A search from a random order, with what comes before it. */
const searched = (samples: Samples, begin: Begin, kicks: number, start: number): Outcome => {
  const before = process.cpuUsage()
  const { root, d } = Effect.runSync(covarianceOf(samples, false))
  const state = new LeastSquaresOrder(root, stream(start, "start").permutation(d))
  const search = new IteratedSearch({
    state,
    begin: () => begin(state),
    settings: { kicks, strength: 3, restarts: 0 },
    random: (_, kick) => stream(start, `kick ${kick}`)
  })
  let rounds = 0
  for (; !search.isDone; rounds++) search.advance()
  search.finish()
  const { user, system } = process.cpuUsage(before)
  return { score: state.score, rounds, seconds: (user + system) / 1e6 }
}

const er4 = (nodes: number, samples: number): Instance => ({
  name: `ER4, ${nodes}`,
  kind: "ER",
  degree: 4,
  nodes,
  samples
})

const besideNumPy = async (): Promise<void> => {
  const settings = { sizes: { small: 100, large: 1000 }, largeSearches: 10 }
  const python = Python.open("numpy")
  const code = readFileSync(new URL("refit.py", import.meta.url), "utf8")
  console.log(line(["50 nodes, ER4", "score", "NumPy's", "s", "NumPy's s", "NumPy/ours"]))
  for (const seed of [0, 1]) {
    const samples = samplesOf(er4(50, 1000), seed)
    const { score, seconds } = searched(samples, plain(settings), 0, seed)
    const data = Buffer.from(samples.data.buffer, samples.data.byteOffset, samples.data.byteLength).toString("base64")
    const order = JSON.stringify([...stream(seed, "start").permutation(50)])
    const setup = `${code}\nimport base64\nX = np.frombuffer(base64.b64decode("${data}")).reshape(1000, 50)`
    const peer = (await python?.value(setup, `topo(X, np.array(${order}), 100, 1000, 10)`)) ?? []
    const [theirScore, theirs] = peer as ReadonlyArray<number>
    const ratio = theirs === undefined ? undefined : theirs / seconds
    console.log(
      line([`seed ${seed}`, score.toFixed(4), theirScore?.toFixed(4) ?? "–", ...[seconds, theirs, ratio].map(figure)])
    )
  }
  python?.close()
}

const overNodes = (most: number): void => {
  const sizes = [50, 100, 200, 500, 1000, 2000].filter((d) => d <= most)
  const searches: ReadonlyArray<readonly [string, Begin, number]> = [
    ["swaps", plain({ sizes: { small: 150, large: 2500 }, largeSearches: 15 }), 0],
    ["insertions", insertions, 0],
    ["windows of 8", windows, 0],
    ["windows, 50 kicks", windows, 50]
  ]
  console.log(line(["search", "nodes", "score", "true order", "rounds", "s"]))
  for (const [name, begin, kicks] of searches) {
    const seconds = sizes.map((d) => {
      const samples = samplesOf(er4(d, 3 * Math.max(d, 500)), 0)
      const found = searched(samples, begin, kicks, 0)
      const cells = [found.score.toFixed(4), samples.trueScore.toFixed(4), String(found.rounds), figure(found.seconds)]
      console.log(line([name, String(d), ...cells]))
      return found.seconds
    })
    if (sizes.length > 1) console.log(line([`${name}: exponent of d`, logLogSlope(sizes, seconds).toFixed(2)]))
  }
}

const fromRandomOrders = (): void => {
  const all = { sizes: { small: 1000, large: 1000 }, largeSearches: 0 }
  const searches: ReadonlyArray<readonly [string, Begin, number]> = [
    ["all swaps", plain(all), 0],
    ["insertions", insertions, 0],
    ["windows of 8", windows, 0],
    ["50 kicks", windows, 50]
  ]
  console.log(line(["share of orders", ...searches.map(([name]) => name)]))
  for (const instance of INSTANCES) {
    const shares = searches.map(([, begin, kicks]) => {
      const found = [1, 2, 3, 4].flatMap((seed) => {
        const samples = samplesOf(instance, seed)
        const { data, d } = Effect.runSync(covarianceOf(samples, false))
        const program = new SubsetProgram(d)
        program.solve(data)
        return Array.from(
          { length: 50 },
          (_, start) => searched(samples, begin, kicks, start).score / program.score - 1
        )
      })
      return `${(found.filter((above) => above < 1e-9).length / found.length).toFixed(2)} (${Math.max(...found).toExponential(0)})`
    })
    console.log(line([instance.name, ...shares]))
  }
  console.log("In brackets the largest share by which a score is above the optimum.")
}

const [what = "", most = "500"] = process.argv.slice(2)
if (what === "nodes") overNodes(Number(most))
else if (what === "starts") fromRandomOrders()
else await besideNumPy()
