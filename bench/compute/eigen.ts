/**
 * Eigenvalues and eigenvectors of symmetric random matrices against LAPACK by NumPy, where Python has it.
 *
 *   npx node bench/compute/eigen.ts [ORDERS…]
 *
 * Milliseconds of one thread by processor time, the best of several rounds in turns, and ratios within this run; then
 * the largest elements of AV − VΛ, relative to the largest eigenvalue, and of VᵀV − 1, of both.
 */
import { multiply } from "../../stages/math/linear/Gemm.ts"
import { eigen, eigenvalues } from "../../stages/math/linear/SymmetricEigen.ts"
import { stream } from "../../stages/math/random/Philox.ts"
import { printBeside } from "./beside.ts"
import { fromOrthonormal, largest } from "./deviation.ts"
import { figure, line } from "./measure.ts"
import { Python } from "./peer.ts"

const setup = (n: number): string =>
  `import numpy\nb = numpy.random.default_rng(1).standard_normal((${n}, ${n}))\na = b + b.T\n`

const LAPACK_ERRORS = `w, v = numpy.linalg.eigh(a)
e = numpy.finfo(float).eps
errors = [abs(a @ v - v * w).max() / abs(w).max() / e, abs(v.T @ v - numpy.eye(len(w))).max() / e]`

const symmetric = (n: number): Float64Array => {
  const b = stream(1, "bench").normals(n * n)
  return b.map((x, at) => x + b[(at % n) * n + Math.floor(at / n)]!)
}

const errors = (a: Float64Array, n: number): ReadonlyArray<number> => {
  const { values, vectors } = eigen(a, n)
  const residual = multiply(vectors, a, n, n, n).map((x, at) => x - values[Math.floor(at / n)]! * vectors[at]!)
  return [largest(residual) / largest(values) / Number.EPSILON, fromOrthonormal(vectors, n, n)]
}

const python = Python.open("numpy")
const orders = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [50, 200, 500, 1000]

const cases = orders.flatMap((n) => {
  const a = symmetric(n)
  return [
    { name: `order ${n}, vectors`, run: () => eigen(a, n), setup: setup(n), peer: "numpy.linalg.eigh(a)" },
    { name: `order ${n}, values`, run: () => eigenvalues(a, n), setup: setup(n), peer: "numpy.linalg.eigvalsh(a)" }
  ]
})
await printBeside("milliseconds", "LAPACK", python, cases)

console.log(`\n${line(["in units of ε", "AV − VΛ", "VᵀV − 1", "of LAPACK"])}`)
for (const n of orders) {
  const theirs = (await python?.value(setup(n) + LAPACK_ERRORS, "errors")) as ReadonlyArray<number> | undefined
  console.log(line([`order ${n}`, ...[...errors(symmetric(n), n), ...(theirs ?? [])].map(figure)]))
}
python?.close()
