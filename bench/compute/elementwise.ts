/**
 * Elementary functions over arrays against the same of one number, the engine's own, and NumPy where Python has it.
 *
 *   npx node bench/compute/elementwise.ts
 *
 * Nanoseconds an element, of one thread by processor time, the best of several rounds in turns; 2¹⁶ elements.
 */
import * as Elementary from "../../stages/math/special/Elementary.ts"
import * as Elementwise from "../../stages/math/special/Elementwise.ts"
import { compare, figure, line, own } from "./measure.ts"
import { Python } from "./peer.ts"

const COUNT = 2 ** 16

/** Arguments lie between the two bounds. */
const CASES = [
  ["exp", Elementwise.exp, Elementary.exp, Math.exp, -20, 20],
  ["log", Elementwise.log, Elementary.log, Math.log, 0.01, 100],
  ["sin", Elementwise.sin, Elementary.sin, Math.sin, -10, 10],
  ["cos", Elementwise.cos, Elementary.cos, Math.cos, -10, 10],
  ["tanh", Elementwise.tanh, Elementary.tanh, Math.tanh, -4, 4]
] as const

/** One number after the other: a loop that sees one function only. */
const overAll = (one: (x: number) => number) => {
  const each = new Function("one", "x", "y", "for (let i = 0; i < x.length; i++) y[i] = one(x[i])") as (
    one: (x: number) => number,
    x: Float64Array,
    y: Float64Array
  ) => void
  return (x: Float64Array, y: Float64Array) => each(one, x, y)
}

const python = Python.open("numpy")
const names = ["wasm", "Elementary", "engine", "NumPy"]
console.log(line(["ns an element", ...names]))
for (const [name, over, one, builtIn, from, to] of CASES) {
  const x = Float64Array.from({ length: COUNT }, (_, i) => from + ((to - from) * (i + 0.5)) / COUNT)
  const y = new Float64Array(COUNT)
  const [elementary, engine] = [overAll(one), overAll(builtIn)]
  const contenders = [
    own("wasm", () => over(x)),
    own("Elementary", () => elementary(x, y)),
    own("engine", () => engine(x, y))
  ]
  const setup = `import numpy\nx = numpy.linspace(${from}, ${to}, ${COUNT})`
  if (python !== undefined) contenders.push(python.contender("NumPy", setup, `numpy.${name}(x)`))
  const seconds = await compare(contenders)
  console.log(line([name, ...names.map((each) => figure(((seconds.get(each) ?? Number.NaN) / COUNT) * 1e9))]))
}
python?.close()
