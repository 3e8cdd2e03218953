import { assert, describe, it } from "@effect/vitest"
import type { Precision } from "../../../stages/math/linear/Matrix.ts"
import { mean, variance } from "../../../stages/math/special/Statistics.ts"
import { ActivationName, activation } from "../../../stages/ntk/Activation.ts"
import { Batch, Network, type NetworkShape, uniformWidths, widthsOf } from "../../../stages/ntk/Network.ts"
import { reals } from "../../reals.ts"
import { difference, largest, norm, normals, rowsInOrder } from "../arrays.ts"

const shapeOf = (options: Partial<NetworkShape> = {}): NetworkShape => ({
  widths: [3, 6, 5, 2],
  beta: 0.1,
  activation: "erf",
  ...options
})

const make = <P extends Precision>(precision: P, options: Partial<NetworkShape> = {}, seed = 1): Network<P> =>
  new Network(precision, shapeOf(options)).initialise(seed)

const POINTS = normals("points", 7, 3)

const outputOf = (network: Network<Precision>, points = POINTS): Float64Array =>
  new Batch(network, points.data, points.shape[0]!).forward().output.toFloat64()

/** z = W a / √n + β b, layer by layer and point by point. */
const byHand = (network: Network<"f64">, points = POINTS): Float64Array => {
  const { widths, beta } = network.shape
  const { value } = activation(network.shape.activation)
  const outputs: Array<number> = []
  for (let point = 0; point < points.shape[0]!; point++) {
    let a = [...points.data.slice(point * widths[0]!, (point + 1) * widths[0]!)]
    for (const [layer, w] of network.weights.entries()) {
      const z = Array.from({ length: w.rows }, (_, i) =>
        a.reduce(
          (sum, x, j) => sum + (w.data[i * w.columns + j]! * x) / Math.sqrt(w.columns),
          beta * network.biases[layer]!.data[i]!
        )
      )
      a = layer === network.depth - 1 ? z : z.map(value)
    }
    outputs.push(...a)
  }
  return Float64Array.from(outputs)
}

const numbersOf = (network: Network<Precision>): ReadonlyArray<number> =>
  [...network.weights, ...network.biases].flatMap(({ data }) => [...data])

describe("Network", () => {
  it("draws weights and biases from N(0, 1)", () => {
    const numbers = numbersOf(make("f64", { widths: uniformWidths(2, 120, 4, 1) }))
    assert.closeTo(mean(numbers), 0, 4 / Math.sqrt(numbers.length))
    assert.closeTo(variance(numbers), 1, 4 * Math.sqrt(2 / numbers.length))
  })

  it.each([
    ["width", { widths: uniformWidths(2, 30, 4, 1) }, { widths: uniformWidths(2, 31, 4, 1) }, 0, 0],
    ["depth", { widths: uniformWidths(2, 30, 4, 1) }, { widths: uniformWidths(2, 30, 5, 1) }, 0, 0],
    ["seed", {}, {}, 0, 1],
    ["sign of the seed", {}, {}, -7, 7]
  ] as const)(
    "shares no number with a network of another %s, nor between its layers",
    (_, one, other, seed, otherSeed) => {
      const numbers = [...numbersOf(make("f64", one, seed)), ...numbersOf(make("f64", other, otherSeed))]
      assert.strictEqual(new Set(numbers).size, numbers.length)
    }
  )

  it("is the same again for a seed, and rounded once in single precision", () => {
    const double = numbersOf(make("f64"))
    assert.deepStrictEqual(numbersOf(make("f64")), double)
    assert.deepStrictEqual(numbersOf(make("f32")), double.map(Math.fround))
  })

  it.each(ActivationName.literals)("computes with %s what its equations say", (name) => {
    const network = make("f64", { activation: name })
    assert.isBelow(difference(outputOf(network), byHand(network)), 1e-14)
  })

  it.prop("is homogeneous without biases where its activation is", { factor: reals(0.01, 100) }, ({ factor }) => {
    const network = make("f64", { activation: "leaky-relu", beta: 0 })
    const scaled = { ...POINTS, data: POINTS.data.map((x) => factor * x) }
    const expected = outputOf(network).map((value) => factor * value)
    assert.isBelow(difference(outputOf(network, scaled), expected), 1e-14 * factor)
  })

  it("treats each point of a batch by itself", () => {
    const network = make("f64")
    const order = [6, 2, 0, 4]
    const some = outputOf(network, rowsInOrder(POINTS, order))
    const expected = order.flatMap((index) => [...outputOf(network).slice(2 * index, 2 * index + 2)])
    // Small products sum in another order.
    assert.isBelow(difference(some, expected), 1e-15)
  })

  it("computes in single precision to its round-off", () => {
    for (const width of [16, 128]) {
      const widths = uniformWidths(3, width, 4, 1)
      const [single, double] = [outputOf(make("f32", { widths })), outputOf(make("f64", { widths }))]
      // Each of 4 layers sums `width` products; roundings are independent, so they add as a root.
      const bound = 4 * Math.sqrt(width) * 2 ** -24 * 4
      assert.isBelow(difference(single, double), bound * Math.max(1, largest(double)))
      assert.isAbove(difference(single, double), 0)
    }
  })

  it("goes through a model and back", () => {
    const network = make("f64")
    const model = network.toModel()
    assert.deepStrictEqual(Object.keys(model.tensors), ["W0", "W1", "W2", "b0", "b1", "b2"])
    assert.deepStrictEqual([model.tensors["W1"]?.shape, model.tensors["b1"]?.shape], [[5, 6], [5]])
    assert.deepStrictEqual(model.metadata, { activation: "erf", beta: "0.1" })
    assert.deepStrictEqual(widthsOf(model), [3, 6, 5, 2])
    assert.deepStrictEqual(outputOf(new Network("f64", shapeOf()).load(model)), outputOf(network))
    // The model keeps its numbers when the network goes on.
    network.weights[0]!.data.fill(0)
    assert.isAbove(norm(model.tensors["W0"]!.data), 1)
  })

  it("refuses a model that lacks a tensor, or has one of another shape", () => {
    const { W1, ...others } = make("f64").toModel().tensors
    const load = (tensors: typeof others) => () => new Network("f64", shapeOf()).load({ tensors, metadata: {} })
    assert.throws(load(others), RangeError, "W1 is missing, 5×6 was expected")
    assert.throws(load({ ...others, W1: W1!, b2: W1! }), RangeError, "b2 has shape 5×6, 1×2 was expected")
    assert.throws(() => widthsOf({ tensors: {}, metadata: {} }), RangeError, "the model has no tensor W0")
    const unfit = { ...others, W1: others["W2"]! }
    assert.throws(
      () => widthsOf({ tensors: unfit, metadata: {} }),
      RangeError,
      "W1 takes 5 values, the layer before gives 6"
    )
  })

  it("has one layer of weights at depth 1", () => {
    assert.deepStrictEqual(uniformWidths(4, 100, 1, 2), [4, 2])
    assert.deepStrictEqual(uniformWidths(4, 9, 3, 2), [4, 9, 9, 2])
  })
})

describe("Batch", () => {
  it("refuses points of another dimension", () => {
    assert.throws(
      () => new Batch(make("f64"), new Float64Array(8), 4),
      RangeError,
      "4 points have 8 coordinates, the network takes 3 each"
    )
  })

  it.each([
    ["erf", [3, 6, 5, 2]],
    ["tanh", [3, 4, 1]],
    ["identity", [3, 5, 5, 5, 2]],
    ["erf", [3, 2]]
  ] as const)("descends along the gradient that finite differences give: %s, widths %j", (name, widths) => {
    const network = make("f64", { activation: name, widths })
    const targets = normals("network targets", 7 * widths.at(-1)!).data
    const batch = new Batch(network, POINTS.data, 7)
    // C = 1/2N Σ (f − f*)²
    const cost = (): number =>
      norm(
        batch
          .forward()
          .output.toFloat64()
          .map((f, i) => f - targets[i]!)
      ) **
        2 /
      14
    const matrices = [...network.weights, ...network.biases]
    const h = 1e-3
    const gradient = matrices.flatMap((matrix) =>
      Array.from({ length: matrix.data.length }, (_, p) => {
        const value = matrix.data[p]!
        const at = (shift: number): number => {
          matrix.data[p] = value + shift
          return cost()
        }
        const [far, near] = [at(2 * h) - at(-2 * h), at(h) - at(-h)]
        matrix.data[p] = value
        return (8 * near - far) / (12 * h)
      })
    )
    const before = numbersOf(network)
    const residual = batch
      .forward()
      .output.toFloat64()
      .map((f, i) => (f - targets[i]!) / 7)
    batch.backward(residual).descend(0.5)
    const moved = numbersOf(network).map((value, i) => value - before[i]!)
    assert.isBelow(
      difference(
        moved,
        gradient.map((g) => -0.5 * g)
      ),
      1e-9
    )
    assert.isAbove(largest(gradient), 1e-2)
  })
})
