/**
 * Random numbers in bulk against one at a time, and NumPy where Python has it.
 *
 *   npx node bench/compute/random.ts
 *
 * Nanoseconds a number, of one thread by processor time, the best of several rounds in turns; 2¹⁶ numbers a call.
 */
import { bulkStream } from "../../stages/math/random/BulkPhilox.ts"
import { poissons } from "../../stages/math/random/CountVariates.ts"
import { gammas } from "../../stages/math/random/GammaVariates.ts"
import { exponentials } from "../../stages/math/random/Inversion.ts"
import { stream } from "../../stages/math/random/Philox.ts"
import type { RandomSource } from "../../stages/math/random/RandomSource.ts"
import { compare, figure, line, own } from "./measure.ts"
import { Python } from "./peer.ts"

const COUNT = 2 ** 16

const CASES: ReadonlyArray<readonly [name: string, run: (source: RandomSource) => Float64Array, numpy: string]> = [
  ["uniform", (source) => source.uniforms(COUNT), "random(n)"],
  ["normal", (source) => source.normals(COUNT), "standard_normal(n)"],
  ["exponential", (source) => exponentials(source, COUNT), "standard_exponential(n)"],
  ["gamma, shape 2.5", (source) => gammas(source, COUNT, 2.5), "standard_gamma(2.5, n)"],
  ["Poisson, mean 100", (source) => poissons(source, COUNT, 100), "poisson(100, n)"]
]

const python = Python.open("numpy")
const names = ["bulk", "stream", "NumPy"]
console.log(line(["ns a number", ...names]))
for (const [name, run, numpy] of CASES) {
  const [bulk, plain] = [bulkStream(1, "bench"), stream(1, "bench")]
  const contenders = [own("bulk", () => run(bulk)), own("stream", () => run(plain))]
  // The generator of NumPy that counts as ours does.
  const setup = `import numpy\ng = numpy.random.Generator(numpy.random.Philox(1))\nn = ${COUNT}`
  if (python !== undefined) contenders.push(python.contender("NumPy", setup, `g.${numpy}`))
  const seconds = await compare(contenders)
  console.log(line([name, ...names.map((each) => figure(((seconds.get(each) ?? Number.NaN) / COUNT) * 1e9))]))
}
python?.close()
