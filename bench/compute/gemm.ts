/**
 * Matrix products against the fastest tile, their TypeScript twin, and NumPy where Python has it.
 *
 *   npx node bench/compute/gemm.ts [ORDERS…]
 *
 * GFLOP/s of one thread by processor time, the best of several rounds in turns, and ratios within this run. Products of order 512
 * and 1024 are held to 0.7 of the tile, and within 4.6 times NumPy.
 */
import { productTwin } from "../../stages/math/linear/gemm-twin.ts"
import type { Precision } from "../../stages/math/linear/Matrix.ts"
import { Workspace } from "../../stages/math/linear/Workspace.ts"
import { type Contender, compare, figure, line, own, ratio } from "./measure.ts"
import { Python } from "./peer.ts"
import { makeTile } from "./tile.ts"

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

console.log(line(["GFLOP/s", "wasm", "tile", "NumPy", "twin", "wasm/tile", "NumPy/wasm", "wasm/twin"]))
for (const precision of ["f64", "f32"] as const) {
  const tile = await makeTile(precision)
  for (const n of orders) {
    const contenders = [
      ours(precision, n),
      tile.contender,
      ...(python === undefined ? [] : [numpy(python, precision, n)]),
      ...(n <= LARGEST_TWIN ? [twin(precision, n)] : [])
    ]
    const seconds = await compare(contenders)
    const rate = (name: string): number =>
      (name === "tile" ? tile.flops : 2 * n ** 3) / (seconds.get(name) ?? Number.NaN) / 1e9
    const rates = ["wasm", "tile", "NumPy", "twin"].map((name) => figure(rate(name)))
    const ratios = [rate("wasm") / rate("tile"), ratio(seconds, "NumPy", "wasm"), ratio(seconds, "wasm", "twin")]
    console.log(line([`${precision}, order ${n}`, ...rates, ...ratios.map(figure)]))
  }
}
python?.close()
