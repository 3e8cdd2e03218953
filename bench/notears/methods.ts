/**
 * NOTEARS, GOLEM and DAGMA beside the same algorithms in NumPy and SciPy.
 *
 *   npx node bench/notears/methods.ts           ER2 of 10 nodes and ER4 of 20; a minute or two
 *   npx node bench/notears/methods.ts dagma     one of them
 *
 * Processor seconds, on one thread, from the data on; the score is that of all weights. Where a path is long, rounding leads to other ends of it.
 */
import { readFileSync } from "node:fs"
import { Effect, Schema } from "effect"
import type { Tensor } from "../../core/stage/ArtifactKind.ts"
import { MetricRecorder } from "../../core/stage/Metric.ts"
import dagma from "../../stages/notears/dagma.ts"
import golem from "../../stages/notears/golem.ts"
import notears from "../../stages/notears/notears.ts"
import type { Instance } from "../../tests/stages/notears/instances.ts"
import { figure, line } from "../compute/measure.ts"
import { Python } from "../compute/peer.ts"
import { samplesOf } from "./samples-of.ts"

const GRAPHS: ReadonlyArray<Instance> = [
  { name: "ER2, 10", kind: "ER", degree: 2, nodes: 10, samples: 1000 },
  { name: "ER4, 20", kind: "ER", degree: 4, nodes: 20, samples: 1000 }
]

const STEPS = 20_000

/** What each of ours is, and what the peer calls its own. */
const METHODS = {
  notears: { run: (X: Tensor) => ran(notears, {}, X), peer: "notears(X)" },
  golem: { run: (X: Tensor) => ran(golem, { steps: STEPS }, X), peer: `golem(X, ${STEPS})` },
  dagma: { run: (X: Tensor) => ran(dagma, {}, X), peer: "dagma(X)" }
} as const

type Method = typeof notears | typeof golem | typeof dagma

/** Weights and processor seconds. */
const ran = async (type: Method, given: object, X: Tensor) => {
  const params = Schema.decodeUnknownSync(type.params as Schema.Codec<unknown, unknown>)(given)
  const before = process.cpuUsage()
  const outputs = await Effect.runPromise(
    (type as typeof dagma)
      .run({ params: params as (typeof dagma)["params"]["Type"], inputs: { X } as never, start: undefined })
      .pipe(Effect.provideService(MetricRecorder, () => {}))
  )
  const { user, system } = process.cpuUsage(before)
  return { weights: outputs.unthresholded.data as Float64Array, seconds: (user + system) / 1e6 }
}

const chosen = process.argv[2]
const python = Python.open("numpy", "scipy")
const code = readFileSync(new URL("methods.py", import.meta.url), "utf8")
console.log(line(["method", "graph", "score", "SciPy's", "s", "SciPy's s", "SciPy/ours"]))
for (const [name, { peer, run }] of Object.entries(METHODS)) {
  if (chosen !== undefined && chosen !== name) continue
  for (const graph of GRAPHS) {
    const { data, d, n } = samplesOf(graph, 1)
    const { seconds, weights } = await run({ shape: [n, d], data })
    const text = Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("base64")
    const found = Buffer.from(Float64Array.from(weights).buffer).toString("base64")
    const setup = `${code}\nimport base64\nX = np.frombuffer(base64.b64decode("${text}")).reshape(${n}, ${d})\nW = np.frombuffer(base64.b64decode("${found}")).reshape(${d}, ${d})`
    const [theirScore, theirs] = ((await python?.value(setup, peer)) ?? []) as ReadonlyArray<number>
    const score = (await python?.value(setup, "score(moments(X), W)")) as number | undefined
    const ratio = theirs === undefined ? undefined : theirs / seconds
    const scores = [score, theirScore].map((value) => value?.toFixed(4) ?? "–")
    console.log(line([name, graph.name, ...scores, ...[seconds, theirs, ratio].map(figure)]))
  }
}
python?.close()
