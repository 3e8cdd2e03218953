import { assert, describe, it } from "@effect/vitest"
import { vi } from "vitest"
import { ActivationName } from "../../../stages/ntk/Activation.ts"
import { kernelBlocks, kernelParts, sumOfParts } from "../../../stages/ntk/empirical-kernel.ts"
import { Batch, Network, uniformWidths } from "../../../stages/ntk/Network.ts"
import { difference, largest, normals } from "../arrays.ts"

const X = normals("empirical x", 4, 3).data
const Y = normals("empirical y", 3, 3).data

const network = (widths: ReadonlyArray<number>, name: ActivationName = "erf") =>
  new Network("f64", { widths, beta: 0.2, activation: name }).initialise(11)

const transposed = (a: Float64Array, rows: number): Float64Array => {
  const columns = a.length / rows
  return a.map((_, at) => a[(at % rows) * columns + Math.floor(at / rows)]!)
}

describe("kernelParts", () => {
  it.each(ActivationName.literals)("is one summand for each layer, by loops over its formula, with %s", (name) => {
    const net = network([3, 6, 5, 2], name)
    const [x, y] = [new Batch(net, X, 4).forward(), new Batch(net, Y, 3).forward()]
    const parts = kernelParts(x, y, 1, 0)
    assert.strictEqual(parts.length, 3)
    // δ by the definition, one point at a time.
    const deltas = (batch: typeof x, point: number, output: number): ReadonlyArray<ReadonlyArray<number>> => {
      const found: Array<ReadonlyArray<number>> = [[0, 1].map((k) => (k === output ? 1 : 0))]
      for (let layer = 2; layer >= 1; layer--) {
        const w = net.weights[layer]!
        const [before = []] = found
        found.unshift(
          Array.from({ length: w.columns }, (_, j) => {
            const sum = before.reduce((total, delta, i) => total + delta * w.data[i * w.columns + j]!, 0)
            const from = batch.activations[layer - 1]!
            const v = net.weights[layer - 1]!
            const a = [...from.data.slice(point * from.columns, (point + 1) * from.columns)]
            const z = a.reduce(
              (total, value, i) => total + (value * v.data[j * v.columns + i]!) / Math.sqrt(v.columns),
              0.2 * net.biases[layer - 1]!.data[j]!
            )
            return (net.activation.slope(z) * sum) / Math.sqrt(w.columns)
          })
        )
      }
      return found
    }
    for (const [layer, part] of parts.entries()) {
      const n = net.shape.widths[layer]!
      for (let i = 0; i < 4; i++) {
        for (let j = 0; j < 3; j++) {
          const a = x.activations[layer]!.data.slice(i * n, (i + 1) * n)
          const b = y.activations[layer]!.data.slice(j * n, (j + 1) * n)
          const forward = a.reduce((sum, value, at) => sum + value * b[at]!, 0) / n + 0.04
          const [d, e] = [deltas(x, i, 1)[layer]!, deltas(y, j, 0)[layer]!]
          const backward = d.reduce((sum, value, at) => sum + value * e[at]!, 0)
          assert.closeTo(part[i * 3 + j]!, forward * backward, 1e-14)
        }
      }
    }
  })

  it("has in the last layer the covariance of features alone, and nothing between two outputs", () => {
    const net = network([3, 8, 2])
    const x = new Batch(net, X, 4).forward()
    const a = x.activations[1]!
    const last = kernelParts(x, x).at(-1)!
    for (let i = 0; i < 4; i++) {
      let square = 0
      for (let k = 0; k < 8; k++) square += a.data[i * 8 + k]! ** 2
      assert.closeTo(last[i * 5]!, square / 8 + 0.04, 1e-15)
    }
    assert.strictEqual(largest(kernelParts(x, x, 0, 1).at(-1)!), 0)
  })

  it("gives the transpose when points and outputs change places", () => {
    const net = network([3, 6, 5, 2])
    const [x, y] = [new Batch(net, X, 4).forward(), new Batch(net, Y, 3).forward()]
    const [one, other] = [kernelParts(x, y, 0, 1), kernelParts(y, x, 1, 0)]
    for (const [layer, part] of one.entries()) assert.isBelow(difference(part, transposed(other[layer]!, 3)), 1e-15)
  })

  it("is a known function of the points at depth 1, whatever the weights are", () => {
    const net = network([3, 1])
    const x = new Batch(net, X, 4).forward()
    const expected = Array.from({ length: 16 }, (_, at) => {
      const [i, j] = [Math.floor(at / 4), at % 4]
      return [0, 1, 2].reduce((sum, k) => sum + (X[3 * i + k]! * X[3 * j + k]!) / 3, 0.04)
    })
    assert.isBelow(difference(kernelParts(x, x)[0]!, expected), 1e-15)
  })

  it("agrees with finite differences for every pair of outputs", () => {
    const net = network([3, 5, 4, 3])
    const x = new Batch(net, X, 4).forward()
    const found = [0, 1, 2].flatMap((k) => [0, 1, 2].map((other) => sumOfParts(kernelParts(x, x, k, other))))
    const expected = found.map((block) => new Float64Array(block.length))
    const h = 1e-3
    for (const matrix of [...net.weights, ...net.biases]) {
      for (let p = 0; p < matrix.data.length; p++) {
        const value = matrix.data[p]!
        const at = (shift: number): Float64Array => {
          matrix.data[p] = value + shift
          return x.forward().output.toFloat64()
        }
        const [far, near, nearBelow, farBelow] = [at(2 * h), at(h), at(-h), at(-2 * h)]
        matrix.data[p] = value
        const slope = near.map((_, i) => (8 * (near[i]! - nearBelow[i]!) - (far[i]! - farBelow[i]!)) / (12 * h))
        for (const [block, sums] of expected.entries()) {
          const [k, other] = [Math.floor(block / 3), block % 3]
          for (let i = 0; i < 16; i++) sums[i]! += slope[3 * Math.floor(i / 4) + k]! * slope[3 * (i % 4) + other]!
        }
      }
    }
    for (const [block, sums] of expected.entries()) assert.isBelow(difference(found[block]!, sums), 1e-9)
  })

  it("is in single precision what it is in double, to round-off", () => {
    const shape = { widths: uniformWidths(3, 64, 4, 1), beta: 0.2, activation: "relu" } as const
    const single = new Batch(new Network("f32", shape).initialise(3), X, 4).forward()
    const double = new Batch(new Network("f64", shape).initialise(3), X, 4).forward()
    const [found, exact] = [sumOfParts(kernelParts(single, single)), sumOfParts(kernelParts(double, double))]
    // Forward and backward sums of 64 products in 4 layers, with independent roundings.
    assert.isBelow(difference(found, exact), 8 * Math.sqrt(64) * 2 ** -24 * 4 * largest(exact))
  })
})

describe("kernelBlocks", () => {
  it.each([
    ["two batches", false],
    ["a batch and itself", true]
  ])("has the kernel of each pair of outputs, of %s", (_, isOne) => {
    const net = network([3, 7, 5, 3])
    const x = new Batch(net, X, 4).forward()
    const y = isOne ? x : new Batch(net, Y, 3).forward()
    const { kernel, parts } = kernelBlocks(x, y)
    const size = 4 * y.count
    assert.strictEqual(kernel.length, 9 * size)
    for (const [index, [k, other]] of [0, 1, 2]
      .flatMap((k) => [0, 1, 2].map((other) => [k, other] as const))
      .entries()) {
      const block = kernel.subarray(index * size, (index + 1) * size)
      assert.isBelow(difference(block, sumOfParts(kernelParts(x, y, k, other))), 1e-15)
    }
    assert.deepStrictEqual(parts, kernelParts(x, y))
  })

  it("is for one output the sum of the parts, bit by bit", () => {
    const x = new Batch(network([3, 9, 8, 1]), X, 4).forward()
    const { kernel, parts } = kernelBlocks(x, x)
    assert.deepStrictEqual(kernel, sumOfParts(parts))
    assert.deepStrictEqual(parts, kernelParts(x, x))
  })

  it("carries back once for each output and batch", () => {
    const net = network([3, 6, 5, 4])
    const [x, y] = [new Batch(net, X, 4).forward(), new Batch(net, Y, 3).forward()]
    const passes = [x, y].map((batch) => vi.spyOn(batch, "backward"))
    kernelBlocks(x, y)
    assert.deepStrictEqual(
      passes.map((spy) => spy.mock.calls.length),
      [4, 4]
    )
    kernelBlocks(x, x)
    assert.strictEqual(passes[0]?.mock.calls.length, 8)
  })

  it("gives its memory back, as kernelParts does", () => {
    const net = network([3, 6, 5, 2])
    const [x, y] = [new Batch(net, X, 4).forward(), new Batch(net, Y, 3).forward()]
    const { address } = net.space.temporary(() => net.space.matrix(1, 1))
    kernelBlocks(x, y)
    kernelBlocks(x, x)
    kernelParts(x, y, 1, 0)
    kernelParts(x, x, 0, 1)
    assert.strictEqual(net.space.matrix(1, 1).address, address)
  })
})
