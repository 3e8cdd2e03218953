/**
 * Fourier transforms against SciPy, where Python has it: complex lines, matrices and real lines, float64.
 *
 *   npx node bench/compute/fft.ts
 *
 * Milliseconds of one thread by processor time, the best of several rounds in turns, and ratios within this run. Ours include the copies
 * into and out of WebAssembly memory; plans are made before.
 */
import { FourierTransform } from "../../stages/math/fourier/FourierTransform.ts"
import { type Case, printBeside } from "./beside.ts"
import { Python } from "./peer.ts"

const fourier = new FourierTransform()

/** `parts` numbers, the same on both sides; in Python they are x. */
const on = (name: string, parts: number, run: (x: Float64Array) => Float64Array, peer: string): Case => {
  const x = Float64Array.from({ length: parts }, (_, i) => Math.sin(i))
  const setup = `import numpy\nfrom scipy.fft import fft, fft2, rfft\nx = numpy.sin(numpy.arange(${parts}.0))`
  return { name, run: () => run(x), setup, peer }
}

const complex = (name: string, n: number): Case => on(name, 2 * n, (x) => fourier.forward(x), "fft(x.view(complex))")

const square = (n: number): Case =>
  on(`complex, ${n}×${n}`, 2 * n * n, (x) => fourier.forward2(x, n, n), `fft2(x.view(complex).reshape(${n}, ${n}))`)

const CASES: ReadonlyArray<Case> = [
  complex("complex, 2^10", 2 ** 10),
  complex("complex, 2^16", 2 ** 16),
  complex("complex, 2^20", 2 ** 20),
  complex("complex, 10^6", 1e6),
  complex("complex, 65537 (prime)", 65_537),
  square(512),
  square(1000),
  on("real, 2^20", 2 ** 20, (x) => fourier.forwardReal(x), "rfft(x)")
]

const python = Python.open("numpy", "scipy")
await printBeside("milliseconds", "SciPy", python, CASES)
python?.close()
