/**
 * Training of the NTK study against the products that it consists of.
 *
 *   npx node bench/compute/ntk.ts [WIDTHS…]
 *
 * GFLOP/s of one thread by processor time: of a gradient step of a float32 network of depth 4 on 512 digits, counted as its products
 * alone, and of one product of the shape of a hidden layer. The step is held to 0.6 of the product.
 */
import { Workspace } from "../../stages/math/linear/Workspace.ts"
import { stream } from "../../stages/math/random/Philox.ts"
import { Batch, Network, uniformWidths } from "../../stages/ntk/Network.ts"
import { compare, figure, line, own, ratio } from "./measure.ts"

const [DIGITS, PIXELS, DEPTH] = [512, 784, 4]

const step = (width: number): (() => void) => {
  const widths = uniformWidths(PIXELS, width, DEPTH, 1)
  const network = new Network("f32", { widths, beta: 0.1, activation: "relu" })
  const batch = new Batch(network, stream(1, "digits").uniforms(DIGITS * PIXELS), DIGITS)
  network.initialise(0)
  batch.forward()
  const residual = new Float64Array(DIGITS).fill(1e-4)
  return () => {
    batch.backward(residual).descend(1)
    batch.forward()
  }
}

/** Each weight takes part in the values, in its gradient, and beyond the first layer in the signal that goes back. */
const flopsOfStep = (width: number): number => {
  const [first, later] = [PIXELS * width, (DEPTH - 2) * width ** 2 + width]
  return 2 * DIGITS * (2 * first + 3 * later)
}

const product = (width: number): (() => void) => {
  const space = new Workspace("f32")
  const [a, b, c] = [space.matrix(DIGITS, width), space.matrix(width, width), space.matrix(DIGITS, width)]
  return () => space.multiply(c, a, b, { transposeB: true })
}

const widths = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [500, 1000, 2000]

console.log(line(["GFLOP/s", "step", "product", "step/product"]))
for (const width of widths) {
  const seconds = await compare([own("step", step(width)), own("product", product(width))], { rounds: 4 })
  const [stepFlops, productFlops] = [flopsOfStep(width), 2 * DIGITS * width ** 2]
  const share = (ratio(seconds, "step", "product") ?? Number.NaN) * (stepFlops / productFlops)
  const rate = (name: string, flops: number): number => flops / (seconds.get(name) ?? Number.NaN) / 1e9
  console.log(
    line([`width ${width}`, figure(rate("step", stepFlops)), figure(rate("product", productFlops)), figure(share)])
  )
}
