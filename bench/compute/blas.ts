/**
 * Products by a native library against those of NumPy, which uses one too, and against our own kernels.
 *
 *   npx node bench/compute/blas.ts [LIBRARY] [ORDERS…]
 *
 * GFLOP/s of one thread by processor time, the best of several rounds in turns, and ratios within this run.
 */
import { openBlas } from "../../core/compute/open-blas.ts"
import type { Blas } from "../../core/stage/Blas.ts"
import { Workspace } from "../../stages/math/linear/Workspace.ts"
import { type Contender, compare, figure, line, own, ratio } from "./measure.ts"
import { Python } from "./peer.ts"

// Libraries read it when they are loaded.
for (const name of ["OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS"]) process.env[name] = "1"

const product = (name: string, n: number, blas: Blas | undefined): Contender => {
  const space = new Workspace("f64", { blas })
  const [a, b, c] = [space.matrix(n, n), space.matrix(n, n), space.matrix(n, n)]
  for (const { data } of [a, b]) data.set(data.map((_, i) => Math.sin(i)))
  return own(name, () => space.multiply(c, a, b))
}

const numpy = (python: Python, n: number): Contender =>
  python.contender("NumPy", `import numpy\na = numpy.random.rand(${n}, ${n})`, "a @ a")

const [library = "libopenblas.so.0", ...rest] = process.argv.slice(2)
const orders = rest.length > 0 ? rest.map(Number) : [128, 512, 1024]
const blas = openBlas(library, [import.meta.filename])
const python = Python.open("numpy")

console.log(blas.title)
console.log(line(["GFLOP/s", "native", "NumPy", "own", "NumPy/native", "native/own"]))
for (const n of orders) {
  const seconds = await compare([
    product("native", n, blas),
    ...(python === undefined ? [] : [numpy(python, n)]),
    product("own", n, undefined)
  ])
  const rates = ["native", "NumPy", "own"].map((name) => figure((2 * n ** 3) / (seconds.get(name) ?? Number.NaN) / 1e9))
  const ratios = [ratio(seconds, "NumPy", "native"), ratio(seconds, "native", "own")]
  console.log(line([`order ${n}`, ...rates, ...ratios.map(figure)]))
}
python?.close()
