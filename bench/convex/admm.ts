/**
 * The ADMM beside the same algorithm in NumPy, and how its cost grows.
 *
 *   npx node bench/convex/admm.ts
 *
 * Processor seconds on one thread, the best of some rounds in turns, of 5,000 iterations without records.
 */
import { mostPatterns, sample } from "../../stages/convex/ActivationPatterns.ts"
import { Admm } from "../../stages/convex/AdmmSteps.ts"
import { enumerate } from "../../stages/convex/arrangement.ts"
import { stream } from "../../stages/math/random/Philox.ts"
import { logLogSlope } from "../../stages/math/special/Statistics.ts"
import { compare, figure, line, own, ratio } from "../compute/measure.ts"
import { Python } from "../compute/peer.ts"

const [BETA, RHO] = [0.1, 0.1]

const problem = (n: number, d: number, count: number) => {
  const random = stream(1, "bench")
  const x = { data: random.normals(n * d), count: n, dimension: d }
  const patterns = count === mostPatterns(n, d) ? enumerate(x, count) : sample(x, count, 0, 1_000_000)
  return { examples: { x, y: random.normals(n) }, patterns }
}

const ours = (n: number, d: number, count: number) => {
  const { examples, patterns } = problem(n, d, count)
  return (iterations: number) => {
    const admm = new Admm(examples, patterns, { beta: BETA, rho: RHO, relaxation: 1 })
    for (let step = 0; step < iterations; step++) admm.step()
    return admm
  }
}

/** The same n × n form, blocks as columns, arrays in place where NumPy can. */
const PEER = `
import numpy as np
def solve(X, y, D, beta, rho, iterations):
    n, d = X.shape; P = D.shape[1]
    Binv = np.linalg.inv(np.eye(d) + X.T @ X); Y = X @ Binv
    K = np.linalg.inv(rho * np.eye(n) + 2 * (Y @ X.T) * (D @ D.T))
    S = np.concatenate([2 * D - 1, 2 * D - 1], axis=1)
    v = np.zeros((d, 2 * P)); lam = np.zeros((d, 2 * P)); s = np.zeros((n, 2 * P)); nu = np.zeros((n, 2 * P))
    for _ in range(iterations):
        R = v - lam + X.T @ (s - nu)
        h = K @ (y - ((Y @ (R[:, :P] - R[:, P:])) * D).sum(1))
        E = X.T @ (D * h[:, None])
        R[:, :P] += E; R[:, P:] -= E
        u = Binv @ R
        z = u + lam
        v = z * np.maximum(0, 1 - beta / (rho * np.maximum(np.sqrt((z * z).sum(0)), 1e-300)))
        lam = z - v
        G = X @ u + nu
        s = np.where(S > 0, np.maximum(G, 0), np.minimum(G, 0))
        nu = G - s
    return v
`

const python = Python.open("numpy")
console.log(line(["5,000 iterations, s", "ours", "NumPy", "ours/NumPy"]))
for (const [n, d, count] of [
  [80, 11, 184],
  [14, 3, 184]
] as const) {
  const { examples, patterns } = problem(n, d, count)
  const setup = `${PEER}
X = np.array(${JSON.stringify([...examples.x.data])}).reshape(${n}, ${d}); y = np.array(${JSON.stringify([...examples.y])})
D = np.array(${JSON.stringify([...patterns.active])}, dtype=float).reshape(${n}, ${count})`
  const run = ours(n, d, count)
  const theirs = python === undefined ? [] : [python.contender("NumPy", setup, `solve(X, y, D, ${BETA}, ${RHO}, 5000)`)]
  const seconds = await compare([own("ours", () => run(5000)), ...theirs], { rounds: 3 })
  const cells = [seconds.get("ours"), seconds.get("NumPy"), ratio(seconds, "NumPy", "ours")]
  console.log(line([`n ${n}, d ${d}, P ${count}`, ...cells.map(figure)]))
  if (python !== undefined) {
    const v = (await python.value(setup, `solve(X, y, D, ${BETA}, ${RHO}, 200).T.ravel().tolist()`)) as Array<number>
    const apart = run(200)
      .blocks()
      .vectors.reduce((most, element, at) => Math.max(most, Math.abs(element - v[at]!)), 0)
    console.log(`  blocks after 200 iterations differ by ${apart.toExponential(1)}`)
  }
}
python?.close()

/** Exponent of the cost of an iteration in one size, the others fixed. */
const slope = async (
  name: string,
  sizes: ReadonlyArray<number>,
  at: (size: number) => readonly [number, number, number]
) => {
  const times: Array<number> = []
  for (const size of sizes) {
    const { examples, patterns } = problem(...at(size))
    const admm = new Admm(examples, patterns, { beta: BETA, rho: RHO, relaxation: 1, isDirect: true })
    const seconds = await compare([own("step", () => admm.step())], { rounds: 3, least: 0.05 })
    times.push(seconds.get("step")!)
  }
  const cells = times.map((time) => figure(1e3 * time))
  console.log(line([`ms, ${name} ${sizes.join(" ")}`, ...cells, `slope ${logLogSlope(sizes, times).toFixed(2)}`]))
}

await slope("n", [100, 200, 400, 800], (n) => [n, 16, 64])
await slope("d", [16, 32, 64, 128], (d) => [256, d, 64])
await slope("P", [32, 64, 128, 256], (count) => [256, 16, count])
