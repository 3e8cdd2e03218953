/**
 * Factorisations and systems against LAPACK by SciPy, one thread each.
 *
 *   npx node bench/compute/factor.ts [ORDERS…]
 *
 * Milliseconds of processor time, the best of several rounds in turns; the ratio is what is held to 3 for `Cholesky and solve` of
 * order 1000. All of ours, and LAPACK where it can, work in place on a copy, which is part of the time.
 */
import * as Cholesky from "../../stages/math/linear/Cholesky.ts"
import * as Ldlt from "../../stages/math/linear/Ldlt.ts"
import * as LeastSquares from "../../stages/math/linear/LeastSquares.ts"
import * as Lu from "../../stages/math/linear/Lu.ts"
import * as PivotedQr from "../../stages/math/linear/PivotedQr.ts"
import * as Qr from "../../stages/math/linear/Qr.ts"
import * as Triangular from "../../stages/math/linear/Triangular.ts"
import { Workspace } from "../../stages/math/linear/Workspace.ts"
import { stream } from "../../stages/math/random/Philox.ts"
import { printBeside } from "./beside.ts"
import { Python } from "./peer.ts"

/** `b` is one right-hand side, `many` are n; Fortran's order, so that nothing is transposed on the way to LAPACK. */
const setup = (n: number): string => `
import numpy, scipy.linalg
lapack = scipy.linalg.lapack
g = numpy.random.default_rng(1).standard_normal((${n}, ${n}))
general = numpy.asfortranarray(g)
symmetric = numpy.asfortranarray(g + g.T)
definite = numpy.asfortranarray(g @ g.T + numpy.eye(${n}))
deficient = numpy.asfortranarray(g[:, :${n} // 2] @ g[:${n} // 2, :])
b = numpy.ones((${n}, 1), order="F")
triangle = lapack.dpotrf(definite, lower=1)[0]
work = 64 * ${n}
`

const PEERS = {
  "triangular, n columns": "scipy.linalg.blas.dtrsm(1.0, triangle, general, lower=1)",
  "Cholesky and solve": "lapack.dpotrs(lapack.dpotrf(definite, lower=1)[0], b, lower=1)",
  "LU and solve": "lapack.dgesv(general, b)",
  "LDLᵀ and solve": "lapack.dsysv(symmetric, b, lwork=work, lower=1)",
  QR: "lapack.dgeqrf(general, lwork=work)",
  "QR with exchanges": "lapack.dgeqp3(general, lwork=work)",
  "least squares, half rank":
    "lapack.dgelsy(deficient, b, numpy.zeros((general.shape[1], 1), dtype='i4'), 1e-10, work)",
  inverse: "scipy.linalg.inv(general, check_finite=False)"
} as const

type Name = keyof typeof PEERS

/** The same with ours. */
const ours = (n: number): { readonly [name in Name]: () => void } => {
  const space = new Workspace("f64")
  const make = () => space.matrix(n, n)
  const [general, symmetric, definite, deficient, triangle, copy] = [make(), make(), make(), make(), make(), make()]
  const [ones, b, x, pivots] = [space.matrix(n, 1), space.matrix(n, 1), space.matrix(n, 1), space.matrix(1, n)]
  general.set(stream(1, "factor").normals(n * n))
  symmetric.set(general.data.map((value, at) => value + general.data[(at % n) * n + Math.floor(at / n)]!))
  space.multiply(definite, general, general, { transposeB: true })
  for (let i = 0; i < n; i++) definite.row(i)[i]! += 1
  const half = Math.floor(n / 2)
  space.multiply(deficient, general.block(0, 0, n, half), general.block(0, 0, half, n))
  triangle.set(definite.data)
  Cholesky.factorInPlace(space, triangle)
  ones.fill(1)
  // Room for everything, so that no view is emptied on the way.
  space.temporary(() => space.matrix(4 * n, n))
  const on = (from: typeof copy, run: () => void) => () =>
    space.temporary(() => {
      copy.set(from.data)
      b.set(ones.data)
      run()
    })
  return {
    "triangular, n columns": on(general, () => Triangular.solveInPlace(space, triangle, copy, { triangle: "lower" })),
    "Cholesky and solve": on(definite, () => {
      Cholesky.factorInPlace(space, copy)
      Cholesky.solveInPlace(space, copy, b)
    }),
    "LU and solve": on(general, () => {
      Lu.factorInPlace(space, copy, pivots)
      Lu.solveInPlace(space, copy, pivots, b)
    }),
    "LDLᵀ and solve": on(symmetric, () => Ldlt.solveInPlace(space, Ldlt.factorInPlace(space, copy), b)),
    QR: on(general, () => Qr.factorInPlace(space, copy)),
    "QR with exchanges": on(general, () => PivotedQr.factorInPlace(space, copy)),
    "least squares, half rank": on(deficient, () => LeastSquares.solveInPlace(space, copy, b, x, { tolerance: 1e-10 })),
    inverse: on(general, () => {
      Lu.factorInPlace(space, copy, pivots)
      Lu.invert(space, copy, pivots, make())
    })
  }
}

const python = Python.open("numpy", "scipy")
const orders = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [100, 300, 1000]

for (const n of orders) {
  const runs = ours(n)
  const names = Object.keys(PEERS) as ReadonlyArray<Name>
  const cases = names.map((name) => ({ name: `  ${name}`, run: runs[name], setup: setup(n), peer: PEERS[name] }))
  await printBeside(`order ${n}, ms`, "LAPACK", python, cases, { rounds: 5 })
}
python?.close()
