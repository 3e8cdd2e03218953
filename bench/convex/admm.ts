/**
 * The ADMM of the convex program: against the same algorithm in NumPy, and over points, coordinates and patterns.
 *
 *   npx node bench/convex/admm.ts             5,000 iterations of 80 points in 11 coordinates, 184 patterns, beside NumPy; seconds
 *   npx node bench/convex/admm.ts slopes      time of an iteration against n, d and P, with exponents; a minute
 *
 * Processor seconds on one thread, set-up included where nothing else is said. Labels are of XOR on the first two coordinates.
 */
import { readFileSync } from "node:fs"
import { Effect, Schema } from "effect"
import { type Patterns, sample } from "../../stages/convex/ActivationPatterns.ts"
import { Admm, type AdmmOptions } from "../../stages/convex/AdmmSteps.ts"
import xor from "../../stages/convex/examples.ts"
import { asExamples, type Examples } from "../../stages/convex/tensors.ts"
import { logLogSlope } from "../../stages/math/special/Statistics.ts"
import { figure, line } from "../compute/measure.ts"
import { Python } from "../compute/peer.ts"

interface Instance {
  readonly examples: Examples
  readonly patterns: Patterns
}

/** n points of d coordinates, the last of them 1, and P sampled patterns. */
const instance = (n: number, d: number, p: number): Instance =>
  Effect.runSync(
    Effect.gen(function* () {
      const params = yield* Schema.decodeEffect(xor.params)({ problem: "xor", count: n, dimension: d - 1 })
      const { X, y } = yield* xor.run({ params, inputs: {} })
      const examples = yield* asExamples(X, y)
      return { examples, patterns: sample(examples.x, p, 0, 10_000_000) }
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

const iterated = ({ examples, patterns }: Instance, iterations: number): Admm => {
  const admm = new Admm(examples, patterns, OPTIONS)
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

const besideNumPy = async (): Promise<void> => {
  const problem = instance(80, 11, 184)
  const { x, y } = problem.examples
  const python = Python.open("numpy")
  const setup = `${readFileSync(new URL("admm.py", import.meta.url), "utf8")}
import base64
read = lambda text, *shape: np.frombuffer(base64.b64decode(text)).reshape(shape)
X, y = read("${base64(x.data)}", 80, 11), read("${base64(y)}", 80)
D = read("${base64(Float64Array.from(problem.patterns.active))}", 80, 184)`
  console.log(line(["5,000 iterations", "s", "NumPy's s", "NumPy/ours", "apart"]))
  for (const turn of ["first", "second", "third"]) {
    const [admm, seconds] = timed(() => iterated(problem, 5000))
    const { beta, rho } = OPTIONS
    const answer = await python?.value(setup, `admm(X, y, D, ${beta}, ${rho}, 5000)`)
    const [blocks, theirs] = (answer ?? []) as Partial<readonly [ReadonlyArray<ReadonlyArray<number>>, number]>
    const cells = [seconds, theirs, theirs === undefined ? undefined : theirs / seconds].map(figure)
    console.log(line([turn, ...cells, blocks === undefined ? "–" : apart(admm, blocks).toExponential(0)]))
  }
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

if (process.argv[2] === "slopes") slopes()
else await besideNumPy()
