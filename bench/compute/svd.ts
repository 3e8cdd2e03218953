/**
 * Singular values and vectors of random matrices against LAPACK by NumPy, where Python has it.
 *
 *   npx node bench/compute/svd.ts [ROWSxCOLUMNS…]
 *
 * Milliseconds of one thread by processor time, the best of several rounds in turns, and ratios within this run; then
 * the largest elements of UΣVᵀ − A, relative to the largest singular value, of UᵀU − 1 and of VᵀV − 1, of both.
 */
import { multiply } from "../../stages/math/linear/Gemm.ts"
import { singularValues, svd } from "../../stages/math/linear/Svd.ts"
import { stream } from "../../stages/math/random/Philox.ts"
import { printBeside } from "./beside.ts"
import { fromOrthonormal, largest } from "./deviation.ts"
import { figure, line } from "./measure.ts"
import { Python } from "./peer.ts"

const setup = (m: number, n: number): string =>
  `import numpy\na = numpy.random.default_rng(1).standard_normal((${m}, ${n}))\n`

const LAPACK_ERRORS = `u, s, v = numpy.linalg.svd(a, full_matrices=False)
e = numpy.finfo(float).eps
one = numpy.eye(len(s))
errors = [abs((u * s) @ v - a).max() / s[0] / e, abs(u.T @ u - one).max() / e, abs(v @ v.T - one).max() / e]`

const errors = (a: Float64Array, m: number, n: number): ReadonlyArray<number> => {
  const { values, left, right } = svd(a, m, n)
  const count = values.length
  const weighted = right.map((x, at) => x * values[Math.floor(at / n)]!)
  const rest = multiply(left, weighted, m, n, count, { transposeA: true }).map((x, at) => x - a[at]!)
  const off = largest(rest) / values[0]! / Number.EPSILON
  return [off, fromOrthonormal(left, count, m), fromOrthonormal(right, count, n)]
}

const python = Python.open("numpy")
const given = process.argv.slice(2)
const shapes = (given.length > 0 ? given : ["50x50", "200x200", "1000x200", "500x500", "1000x1000"]).map((text) =>
  text.split("x").map(Number)
)

const cases = shapes.flatMap(([m = 0, n = m]) => {
  const a = stream(1, "bench").normals(m * n)
  const row = (what: string, run: () => unknown, option: string) => ({
    name: `${m}×${n}, ${what}`,
    run,
    setup: setup(m, n),
    peer: `numpy.linalg.svd(a, ${option})`
  })
  return [
    row("vectors", () => svd(a, m, n), "full_matrices=False"),
    row("values", () => singularValues(a, m, n), "compute_uv=False")
  ]
})
await printBeside("milliseconds", "LAPACK", python, cases, { rounds: 5 })

console.log(`\n${line(["in units of ε", "UΣVᵀ − A", "UᵀU − 1", "VᵀV − 1", "of LAPACK"])}`)
for (const [m = 0, n = m] of shapes) {
  const theirs = (await python?.value(setup(m, n) + LAPACK_ERRORS, "errors")) as ReadonlyArray<number> | undefined
  const ours = errors(stream(1, "bench").normals(m * n), m, n)
  console.log(line([`${m}×${n}`, ...[...ours, ...(theirs ?? [])].map(figure)]))
}
python?.close()
