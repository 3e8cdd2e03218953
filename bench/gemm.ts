/**
 * Matrix products against their TypeScript twin, and against NumPy where Python has it.
 *
 *   npx node bench/gemm.ts
 *
 * Prints GFLOP/s of one thread, the best of several rounds in turns, and the ratios within this run.
 */
import { spawnSync } from "node:child_process"
import { productTwin } from "../stages/math/linear/gemm-twin.ts"
import { Workspace } from "../stages/math/linear/Workspace.ts"

const ROUNDS = 5

const NUMPY = `
import sys, time, numpy
n, kind, rounds = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
a = numpy.random.default_rng(1).random((n, n)).astype("f8" if kind == "f64" else "f4")
a @ a
best = 1e9
for _ in range(rounds):
    start = time.perf_counter(); a @ a; best = min(best, time.perf_counter() - start)
print(best)
`

/** Seconds of the fastest round. */
const best = (rounds: number, run: () => void): number => {
  run()
  let fastest = Number.POSITIVE_INFINITY
  for (let round = 0; round < rounds; round++) {
    const start = performance.now()
    run()
    fastest = Math.min(fastest, (performance.now() - start) / 1000)
  }
  return fastest
}

const wasm = (precision: "f64" | "f32", n: number): number => {
  const space = new Workspace(precision)
  const [a, b, c] = [space.matrix(n, n), space.matrix(n, n), space.matrix(n, n)]
  a.data.forEach((_, i) => {
    a.data[i] = Math.sin(i)
  })
  b.data.set(a.data)
  return best(ROUNDS, () => space.multiply(c, a, b))
}

const twin = (precision: "f64" | "f32", n: number): number => {
  const make = () => (precision === "f64" ? new Float64Array(n * n) : new Float32Array(n * n))
  const [a, c] = [make(), make()]
  a.forEach((_, i) => {
    a[i] = Math.sin(i)
  })
  const layout = { rs: n, cs: 1 }
  return best(1, () => productTwin({ m: n, n, k: n }, 1, a, layout, a, layout, c))
}

/** NumPy's time on one thread; `undefined` without Python or NumPy. */
const numpy = (precision: "f64" | "f32", n: number): number | undefined => {
  const one = { OPENBLAS_NUM_THREADS: "1", OMP_NUM_THREADS: "1", MKL_NUM_THREADS: "1" }
  const { status, stdout } = spawnSync("python3", ["-c", NUMPY, String(n), precision, String(ROUNDS)], {
    env: { ...process.env, ...one },
    encoding: "utf8"
  })
  return status === 0 ? Number(stdout) : undefined
}

const rates = (n: number, seconds: number | undefined): string =>
  seconds === undefined ? "–" : ((2 * n ** 3) / seconds / 1e9).toFixed(1)

console.log("product      wasm  NumPy   twin  GFLOP/s   wasm/twin  wasm/NumPy")
for (const precision of ["f64", "f32"] as const) {
  for (const n of [128, 512, 1024]) {
    const [own, peer, plain] = [wasm(precision, n), numpy(precision, n), n <= 512 ? twin(precision, n) : undefined]
    const ratio = (other: number | undefined): string => (other === undefined ? "–" : (other / own).toFixed(2))
    console.log(
      `${precision} ${String(n).padStart(5)}  ${rates(n, own).padStart(6)} ${rates(n, peer).padStart(6)} ${rates(n, plain).padStart(6)}` +
        `           ${ratio(plain).padStart(9)} ${ratio(peer).padStart(11)}`
    )
  }
}
