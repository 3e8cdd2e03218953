/**
 * The ADMM of the convex program: against the same algorithm in NumPy, and over points, coordinates and patterns.
 *
 *   npx node bench/convex/admm.ts [LIBRARY]   5,000 iterations beside NumPy, in turns, a minute; the last row with the products of a native library
 *   npx node bench/convex/admm.ts slopes      time of an iteration against n, d and P, with exponents; a minute
 *
 * Processor seconds on one thread, set-up included where nothing else is said. Labels are of XOR on the first two coordinates.
 */
import { readFileSync } from "node:fs"
import { Effect, Schema } from "effect"
import { openBlas } from "../../core/compute/open-blas.ts"
import { type Patterns, sample } from "../../stages/convex/ActivationPatterns.ts"
import { Admm, type AdmmOptions } from "../../stages/convex/AdmmSteps.ts"
import { enumerate } from "../../stages/convex/arrangement.ts"
import xor from "../../stages/convex/examples.ts"
import { asExamples, type Examples } from "../../stages/convex/tensors.ts"
import type { Means } from "../../stages/math/linear/Workspace.ts"
import { logLogSlope, quantile } from "../../stages/math/special/Statistics.ts"
import { figure, line } from "../compute/measure.ts"
import { Python } from "../compute/peer.ts"

interface Instance {
  readonly examples: Examples
  readonly patterns: Patterns
}

/** n points of d coordinates, the last of them 1, with P sampled patterns, or all that there are. */
const instance = (n: number, d: number, p: number | "all"): Instance =>
  Effect.runSync(
    Effect.gen(function* () {
      const params = yield* Schema.decodeEffect(xor.params)({ problem: "xor", count: n, dimension: d - 1 })
      const { X, y } = yield* xor.run({ params, inputs: {} })
      const examples = yield* asExamples(X, y)
      const patterns = p === "all" ? enumerate(examples.x, 1000) : sample(examples.x, p, 0, 10_000_000)
      return { examples, patterns }
    })
  )

/** The plain method of the paper, one ρ and no over-relaxation. */
const OPTIONS: AdmmOptions = { beta: 0.1, rho: 0.1, relaxation: 1 }

const timed = <A>(run: () => A): readonly [A, number] => {
  const before = process.cpuUsage()
  const result = run()
  const { user, system } = process.cpuUsage(before)
  return [result, (user + system) / 1e6]
}

const iterated = ({ examples, patterns }: Instance, iterations: number, means: Means): Admm => {
  const admm = new Admm(examples, patterns, OPTIONS, means)
  for (let iteration = 0; iteration < iterations; iteration++) admm.step()
  return admm
}

const base64 = ({ buffer, byteOffset, byteLength }: Float64Array): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString("base64")

/** How far the blocks of both are apart at most. */
const apart = (admm: Admm, theirs: ReadonlyArray<ReadonlyArray<number>>): number => {
  const { dimension, vectors } = admm.blocks()
  return vectors.reduce((most, value, at) => {
    const other = theirs[at % dimension]![Math.floor(at / dimension)]!
    return Math.max(most, Math.abs(value - other))
  }, 0)
}

const ITERATIONS = 5000

/** Turns of both that count; one more before them warms up. */
const ROUNDS = 7

/** The NumPy that solves the same instance: blocks and seconds. */
const peer = ({ examples, patterns }: Instance, python: Python | undefined) => {
  const { x, y } = examples
  const shape = `${x.count}, ${x.dimension}`
  const setup = `${readFileSync(new URL("admm.py", import.meta.url), "utf8")}
import base64
read = lambda text, *shape: np.frombuffer(base64.b64decode(text)).reshape(shape)
X, y = read("${base64(x.data)}", ${shape}), read("${base64(y)}", ${x.count})
D = read("${base64(Float64Array.from(patterns.active))}", ${x.count}, ${patterns.count})`
  const { beta, rho } = OPTIONS
  return async () => {
    const answer = await python?.value(setup, `admm(X, y, D, ${beta}, ${rho}, ${ITERATIONS})`)
    return (answer ?? []) as Partial<readonly [ReadonlyArray<ReadonlyArray<number>>, number]>
  }
}

const median = (values: ReadonlyArray<number>): number => quantile(values, 0.5)

/** A row of the table: medians of all turns, and of the ratios within a turn. */
const besideNumPy = async (name: string, problem: Instance, python: Python | undefined, means: Means = {}) => {
  const numpy = peer(problem, python)
  const [ours, theirs, ratios]: [Array<number>, Array<number>, Array<number>] = [[], [], []]
  let distance: number | undefined
  for (let round = 0; round <= ROUNDS; round++) {
    const [admm, own] = timed(() => iterated(problem, ITERATIONS, means))
    const [blocks, other] = await numpy()
    if (blocks !== undefined) distance = apart(admm, blocks)
    if (round === 0) continue
    ours.push(own)
    if (other === undefined) continue
    theirs.push(other)
    ratios.push(other / own)
  }
  const compared =
    theirs.length > 0 ? [median(theirs), median(ratios), Math.min(...ratios)] : [undefined, undefined, undefined]
  console.log(line([name, ...[median(ours), ...compared].map(figure), distance?.toExponential(0) ?? "–"]))
}

/** The native library of this name, where there is one. */
const native = (library: string): Means => {
  // Libraries read it when they are loaded.
  for (const name of ["OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS"]) process.env[name] = "1"
  try {
    return { blas: openBlas(library, [import.meta.filename]) }
  } catch (error) {
    console.error(`${library}: ${error instanceof Error ? error.message : error}`)
    return {}
  }
}

const table = async (library: string): Promise<void> => {
  const python = Python.open("numpy")
  const [large, small] = [instance(80, 11, 184), instance(14, 3, "all")]
  console.log(line(["n, d, P", "s", "NumPy's s", "NumPy/ours", "at least", "apart"]))
  await besideNumPy("80, 11, 184 sampled", large, python)
  await besideNumPy("14, 3, all 184", small, python)
  const means = native(library)
  if (means.blas !== undefined) await besideNumPy("80, 11, 184, native", large, python, means)
  python?.close()
}

/** The sizes of one series: that which is given is twice as large from one to the next. */
const SERIES = {
  n: [200, 400, 800].map((n) => [n, 48, 64]),
  d: [32, 64, 128].map((d) => [400, d, 64]),
  P: [64, 128, 256].map((p) => [400, 48, p])
} as const

/** Seconds of an iteration: the least of five times ten. */
const iterationTime = (admm: Admm): number => {
  for (let i = 0; i < 10; i++) admm.step()
  const rounds = [1, 2, 3, 4, 5].map(() => {
    const [, seconds] = timed(() => {
      for (let i = 0; i < 10; i++) admm.step()
    })
    return seconds / 10
  })
  return Math.min(...rounds)
}

const slopes = (): void => {
  console.log(line(["", "n", "d", "P", "set-up s", "iteration ms"]))
  for (const [name, sizes] of Object.entries(SERIES)) {
    const times = sizes.map(([n = 0, d = 0, p = 0]) => {
      const problem = instance(n, d, p)
      const [admm, setup] = timed(() => new Admm(problem.examples, problem.patterns, OPTIONS))
      const seconds = iterationTime(admm)
      console.log(line(["", String(n), String(d), String(p), figure(setup), figure(1000 * seconds)]))
      return seconds
    })
    const grown = sizes.map((size) => size[["n", "d", "P"].indexOf(name)]!)
    console.log(line([`exponent of ${name}`, logLogSlope(grown, times).toFixed(2)]))
  }
}

const [word = "libopenblas.so.0"] = process.argv.slice(2)
if (word === "slopes") slopes()
else await table(word)
