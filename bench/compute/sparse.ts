/**
 * Sparse products and solvers, beside SciPy where Python has it.
 *
 *   npx node bench/compute/sparse.ts
 *
 * Milliseconds by processor time on one thread, the best of several rounds in turns. Direct solutions include the ordering; SciPy's is SuperLU's
 * for symmetric patterns. Matrices are those of the five- and seven-point Laplacian, with a drift where they are not symmetric.
 */
import { conjugateGradients } from "../../stages/math/sparse/ConjugateGradients.ts"
import { gmres } from "../../stages/math/sparse/Gmres.ts"
import { lanczos } from "../../stages/math/sparse/Lanczos.ts"
import { operator } from "../../stages/math/sparse/Operator.ts"
import { kronecker, product, timesVector } from "../../stages/math/sparse/Product.ts"
import * as Ldlt from "../../stages/math/sparse/SparseLdlt.ts"
import * as Lu from "../../stages/math/sparse/SparseLu.ts"
import { fromTriplets, identity, type SparseMatrix } from "../../stages/math/sparse/SparseMatrix.ts"
import { add } from "../../stages/math/sparse/Sum.ts"
import { analyse } from "../../stages/math/sparse/SymbolicFactor.ts"
import { type Case, printBeside } from "./beside.ts"
import { Python } from "./peer.ts"

const tridiagonal = (n: number, drift: number): SparseMatrix => {
  const [rows, columns, values]: [Array<number>, Array<number>, Array<number>] = [[], [], []]
  for (let i = 0; i < n; i++) {
    rows.push(i, ...(i > 0 ? [i, i - 1] : []))
    columns.push(i, ...(i > 0 ? [i - 1, i] : []))
    values.push(2, ...(i > 0 ? [-1 - drift, -1 + drift] : []))
  }
  return fromTriplets(n, n, rows, columns, values)
}

/** A on one axis, and on each of the others. */
const grid = (n: number, dimensions: number, drift = 0): SparseMatrix => {
  let result = tridiagonal(n, drift)
  for (let d = 1; d < dimensions; d++) {
    result = add(kronecker(result, identity(n)), kronecker(identity(result.rows), tridiagonal(n, drift)))
  }
  return result
}

const PYTHON_GRID = `
import numpy as np, scipy.sparse as sp, scipy.sparse.linalg as la
def grid(n, dimensions, drift=0):
    one = sp.diags([-1 - drift, 2, -1 + drift], [-1, 0, 1], shape=(n, n), format="csr")
    result = one
    for _ in range(dimensions - 1):
        result = sp.kron(result, sp.identity(n)) + sp.kron(sp.identity(result.shape[0]), one)
    return result.tocsr()
`

const direct = (name: string, n: number, dimensions: number): Case => {
  const a = grid(n, dimensions)
  const b = new Float64Array(a.rows).fill(1)
  return {
    name: `${name}, symmetric`,
    run: () => Ldlt.solve(Ldlt.factor(a), b),
    setup: `a = grid(${n}, ${dimensions}).tocsc(); b = np.ones(a.shape[0])`,
    peer: 'la.splu(a, permc_spec="MMD_AT_PLUS_A", options=dict(SymmetricMode=True), diag_pivot_thresh=0.0).solve(b)'
  }
}

const general = (name: string, n: number, dimensions: number): Case => {
  const a = grid(n, dimensions, 0.4)
  const b = new Float64Array(a.rows).fill(1)
  return {
    name: `${name}, general`,
    run: () => Lu.solve(Lu.factor(a), b),
    setup: `a = grid(${n}, ${dimensions}, 0.4).tocsc(); b = np.ones(a.shape[0])`,
    peer: 'la.splu(a, permc_spec="MMD_AT_PLUS_A").solve(b)'
  }
}

const flat = grid(200, 2)
const square = grid(50, 2)
const drifting = grid(100, 2, 0.4)
const ones = new Float64Array(flat.rows).fill(1)
const waves = ones.map((_, i) => Math.sin(i))
const symbolic = analyse(flat)

const CASES: ReadonlyArray<Case> = [
  {
    name: "A x, 200²",
    run: () => timesVector(flat, waves),
    setup: "a = grid(200, 2); x = np.sin(np.arange(a.shape[0]))",
    peer: "a @ x"
  },
  { name: "A A, 200²", run: () => product(flat, flat), setup: "a = grid(200, 2)", peer: "a @ a" },
  direct("200²", 200, 2),
  direct("20³", 20, 3),
  {
    name: "200², pattern known",
    run: () => Ldlt.solve(Ldlt.factor(flat, symbolic), ones),
    setup: "a = grid(200, 2).tocsc(); b = np.ones(a.shape[0])",
    peer: 'la.splu(a, permc_spec="MMD_AT_PLUS_A", options=dict(SymmetricMode=True), diag_pivot_thresh=0.0).solve(b)'
  },
  general("200²", 200, 2),
  general("16³", 16, 3),
  {
    name: "conjugate gradients",
    run: () => conjugateGradients(operator(flat), ones, { tolerance: 1e-8 }),
    setup: "a = grid(200, 2); b = np.ones(a.shape[0])",
    peer: "la.cg(a, b, tol=1e-8)"
  },
  {
    name: "GMRES(30)",
    run: () => gmres(operator(drifting), new Float64Array(drifting.rows).fill(1), { tolerance: 1e-8 }),
    setup: "a = grid(100, 2, 0.4); b = np.ones(a.shape[0])",
    peer: "la.gmres(a, b, tol=1e-8, restart=30)"
  },
  {
    name: "Lanczos, 4 largest",
    run: () => lanczos(operator(square), 2500, 4, { tolerance: 1e-8 }),
    setup: "a = grid(50, 2)",
    peer: "la.eigsh(a, 4, which='LA', tol=1e-8, ncv=28)"
  }
]

const python = Python.open("scipy")
const cases = CASES.map((each) => ({ ...each, setup: PYTHON_GRID + each.setup }))
await printBeside("milliseconds", "SciPy", python, cases, { rounds: 5 })
python?.close()
