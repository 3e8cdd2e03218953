/**
 * Fourier transforms against SciPy, where Python has it: complex lines, matrices and real lines, float64.
 *
 *   npx node bench/compute/fft.ts
 *
 * Milliseconds of one thread by processor time, the best of several rounds in turns, and ratios within this run. Ours include the copies
 * into and out of WebAssembly memory; plans are made before.
 */
import { FourierTransform } from "../../stages/math/fourier/FourierTransform.ts"
import { type Contender, compare, figure, line, own, ratio } from "./measure.ts"
import { Python } from "./peer.ts"

interface Case {
  readonly name: string
  readonly parts: number
  readonly run: (x: Float64Array) => Float64Array
  /** The same in Python, of the array x of float64. */
  readonly scipy: string
}

const fourier = new FourierTransform()

const complex = (name: string, n: number): Case => ({
  name,
  parts: 2 * n,
  run: (x) => fourier.forward(x),
  scipy: "fft(x.view(complex))"
})

const square = (n: number): Case => ({
  name: `complex, ${n}×${n}`,
  parts: 2 * n * n,
  run: (x) => fourier.forward2(x, n, n),
  scipy: `fft2(x.view(complex).reshape(${n}, ${n}))`
})

const CASES: ReadonlyArray<Case> = [
  complex("complex, 2^10", 2 ** 10),
  complex("complex, 2^16", 2 ** 16),
  complex("complex, 2^20", 2 ** 20),
  complex("complex, 10^6", 1e6),
  complex("complex, 65537 (prime)", 65_537),
  square(512),
  square(1000),
  { name: "real, 2^20", parts: 2 ** 20, run: (x) => fourier.forwardReal(x), scipy: "rfft(x)" }
]

const contenders = ({ parts, run, scipy }: Case, python: Python | undefined): ReadonlyArray<Contender> => {
  const x = Float64Array.from({ length: parts }, (_, i) => Math.sin(i))
  const setup = `import numpy\nfrom scipy.fft import fft, fft2, rfft\nx = numpy.sin(numpy.arange(${parts}.0))`
  return [own("wasm", () => run(x)), ...(python === undefined ? [] : [python.contender("SciPy", setup, scipy)])]
}

const python = Python.open("numpy", "scipy")

console.log(line(["milliseconds", "wasm", "SciPy", "wasm/SciPy"]))
for (const each of CASES) {
  const seconds = await compare(contenders(each, python))
  const cells = ["wasm", "SciPy"].map((name) => figure((seconds.get(name) ?? Number.NaN) * 1e3))
  console.log(line([each.name, ...cells, figure(ratio(seconds, "SciPy", "wasm"))]))
}
python?.close()
