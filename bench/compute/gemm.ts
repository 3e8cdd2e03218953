/**
 * Matrix products against their TypeScript twin, and against NumPy where Python has it.
 *
 *   npx node bench/compute/gemm.ts [ORDERS…]
 *
 * GFLOP/s of one thread by processor time, the best of several rounds in turns, and ratios within this run.
 */
import { productTwin } from "../../stages/math/linear/gemm-twin.ts"
import type { Precision } from "../../stages/math/linear/Matrix.ts"
import { Workspace } from "../../stages/math/linear/Workspace.ts"
import { type Contender, compare, figure, line, own, ratio } from "./measure.ts"
import { Python } from "./peer.ts"

/** The twin takes seconds beyond. */
const LARGEST_TWIN = 256

const ours = (precision: Precision, n: number): Contender => {
  const space = new Workspace(precision)
  const [a, b, c] = [space.matrix(n, n), space.matrix(n, n), space.matrix(n, n)]
  for (const { data } of [a, b]) data.set(data.map((_, i) => Math.sin(i)))
  return own("wasm", () => space.multiply(c, a, b))
}

const twin = (precision: Precision, n: number): Contender => {
  const make = () => (precision === "f64" ? new Float64Array(n * n) : new Float32Array(n * n))
  const [a, c] = [make().map((_, i) => Math.sin(i)), make()]
  const layout = { rs: n, cs: 1 }
  return own("twin", () => productTwin({ m: n, n, k: n }, 1, a, layout, a, layout, c))
}

const numpy = (python: Python, precision: Precision, n: number): Contender => {
  const type = precision === "f64" ? "f8" : "f4"
  return python.contender("NumPy", `import numpy\na = numpy.random.rand(${n}, ${n}).astype("${type}")`, "a @ a")
}

const python = Python.open("numpy")
const orders = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [128, 512, 1024]

console.log(line(["GFLOP/s", "wasm", "NumPy", "twin", "NumPy/wasm", "wasm/twin"]))
for (const precision of ["f64", "f32"] as const) {
  for (const n of orders) {
    const contenders = [
      ours(precision, n),
      ...(python === undefined ? [] : [numpy(python, precision, n)]),
      ...(n <= LARGEST_TWIN ? [twin(precision, n)] : [])
    ]
    const seconds = await compare(contenders)
    const rates = ["wasm", "NumPy", "twin"].map((name) =>
      figure((2 * n ** 3) / (seconds.get(name) ?? Number.NaN) / 1e9)
    )
    const ratios = [ratio(seconds, "NumPy", "wasm"), ratio(seconds, "wasm", "twin")]
    console.log(line([`${precision}, order ${n}`, ...rates, ...ratios.map(figure)]))
  }
}
python?.close()
